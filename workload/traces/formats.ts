import { collectAzure2019, surveyAzure2019 } from './azure2019.js';
import { collectEvents, surveyEvents } from './collect-events.js';
import { type EventReader, readAzure2021, readPlainCsv } from './events.js';
import type { Collected, Survey, Window } from './trace-file.js';

export const TRACE_FORMATS = ['azure2019', 'azure2021', 'csv'] as const;
export type TraceFormat = (typeof TRACE_FORMATS)[number];

/** How a format is read: twice, so that of a large file only the chosen functions are ever held. */
export interface FormatReader {
  /** which functions there are, and how often each is invoked within the window; undefined = the whole trace */
  survey(path: string, window?: Window): Promise<Survey>;
  /** the arrivals of chosen functions */
  collect(path: string, chosen: ReadonlySet<string>, window: Window): Promise<Collected>;
  /** seconds in one unit of a window */
  unitS: number;
}

export const READERS: Record<TraceFormat, FormatReader> = {
  azure2019: { survey: surveyAzure2019, collect: collectAzure2019, unitS: 60 },
  azure2021: eventFormat(readAzure2021),
  csv: eventFormat(readPlainCsv),
};

function eventFormat(read: EventReader): FormatReader {
  return {
    survey: (path, window) => surveyEvents(read, path, window),
    collect: (path, chosen, window) => collectEvents(read, path, chosen, window),
    unitS: 1,
  };
}

import { randomStream } from '../common/random.js';
import type { Findings, JsonPath } from './findings.js';
import { FileFault } from './named-files.js';
import type { InstanceSurroundings } from './resolve-instance.js';
import { MOST_FUNCTIONS } from './schema-trace.js';
import type { TraceOptions } from './trace-options.js';
import { type Durations2019, readDurations2019 } from './traces/durations2019.js';
import { READERS } from './traces/formats.js';
import { selectFunctions } from './traces/select-functions.js';
import type { Collected, Survey, TraceFunction, Window } from './traces/trace-file.js';

/** A trace that was read: the functions that are replayed, by rank, with their arrivals. */
export interface ReadTrace {
  options: TraceOptions;
  /** in the unit of its format; the end may be open */
  window: Window;
  survey: Survey;
  chosen: TraceFunction[];
  arrivals: Collected['arrivals'];
  durations: Durations2019 | null;
}

/**
 * Reads a trace twice: first to choose functions, then to keep what was chosen.
 * @param instance names the stream of the sample
 * @returns undefined where it cannot be used; findings say why
 */
export async function readTrace(
  instance: string,
  options: TraceOptions,
  { files, seed }: InstanceSurroundings,
  at: JsonPath,
  findings: Findings,
): Promise<ReadTrace | undefined> {
  const { survey: surveyOf, collect } = READERS[options.format];
  const readingFile = [options.file, 'file'] as const;
  const path = await attempt(readingFile, at, findings, () => files.find(options.file));
  if (path === undefined) return undefined;
  const survey = await attempt(readingFile, at, findings, () => surveyOf(path, options.window));
  if (survey === undefined) return undefined;
  files.hashes[path] = survey.sha256;

  const random = randomStream(seed, `sample/${instance}`);
  const chosen = selectFunctions(survey.functions, options.choice, random, (place, fault) =>
    findings.error([...at, 'functions', place], fault),
  );
  checkChosen(chosen.length, options, at, findings);
  if (findings.concerns(at)) return undefined;
  const ids = new Set(chosen.map(({ id }) => id));
  const window: Window = [options.window?.[0] ?? 0, survey.end];
  const collected = await attempt(readingFile, at, findings, async () => {
    const found = await collect(path, ids, window);
    if (found.sha256 !== survey.sha256) throw new FileFault('changed while it was read; run again when it is complete');
    return found;
  });
  if (collected === undefined) return undefined;

  let durations: Durations2019 | null | undefined = null;
  if (options.durationsFile !== undefined) {
    durations = await attempt([options.durationsFile, 'durations_file'], at, findings, async () => {
      const durationsPath = await files.find(options.durationsFile!);
      const read = await readDurations2019(durationsPath, ids);
      files.hashes[durationsPath] = read.sha256;
      return read;
    });
  }
  if (durations === undefined) return undefined;
  return { options, window, survey, chosen, arrivals: collected.arrivals, durations };
}

function checkChosen(n: number, { choice }: TraceOptions, at: JsonPath, findings: Findings): void {
  const place = choice.kind === 'all' ? at : [...at, 'functions'];
  if (findings.concerns(place)) return;
  if (n === 0) findings.error(place, 'selects no function: the window of the trace invokes none');
  if (n <= MOST_FUNCTIONS) return;
  const [given, most] = [n, MOST_FUNCTIONS].map((count) => count.toLocaleString('en'));
  findings.error(
    place,
    `selects ${given} functions, at most ${most} can be replayed; choose with "functions": {"top": n} or {"sample": n}`,
  );
}

/** @returns undefined where the file cannot be used; findings say why */
async function attempt<T>(
  [name, key]: readonly [name: string, key: string],
  at: JsonPath,
  findings: Findings,
  use: () => Promise<T>,
): Promise<T | undefined> {
  try {
    return await use();
  } catch (error) {
    if (!(error instanceof FileFault)) throw error;
    findings.error([...at, key], `${name}: ${error.message}`);
    return undefined;
  }
}

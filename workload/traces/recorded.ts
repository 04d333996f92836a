import { z } from 'zod';
import { ConfigError } from '../../common/errors.js';
import type { ArrivalSpec } from '../model.js';
import { FileFault } from '../named-files.js';
import type { ReadTrace } from '../read-trace.js';
import { READERS, TRACE_FORMATS } from './formats.js';
import type { Collected, Window } from './trace-file.js';

/**
 * What the resolved config of a manifest says of one function of a trace. Files are named as the config does, and known by
 * their SHA-256, by which the manifest's list of files tells where they lie.
 */
export function recordedReplay(
  { options, window, survey, durations }: ReadTrace,
  { instance, functionId }: { instance: string; functionId: string },
): Record<string, unknown> {
  const { choice } = options;
  const counts = options.format === 'azure2019';
  return {
    format: options.format,
    file: options.file,
    file_sha256: survey.sha256,
    ...(durations === null ? {} : { durations_file: options.durationsFile, durations_sha256: durations.sha256 }),
    instance,
    function: functionId,
    // A list is not repeated for each of its functions: with a thousand of them that would be a million names.
    functions: choice.kind === 'top' || choice.kind === 'sample' ? { [choice.kind]: choice.n } : choice.kind,
    // JSON has no infinity: an open end is null.
    [counts ? 'minutes' : 'window_s']: [window[0], window[1] === Infinity ? null : window[1]],
    time_scale: options.timeScale,
    rate_scale: options.rateScale,
    duration_scale: options.durationScale,
    ...(counts ? { spread: options.spread } : {}),
    duration_parameter: options.durationParameter ?? false,
  };
}

const positive = z.number().positive();
const window = z.tuple([z.number().nonnegative(), positive.nullable()]);
/** The part of it that arrivals follow from. */
export const recordedTrace = z.looseObject({
  format: z.enum(TRACE_FORMATS),
  file: z.string(),
  file_sha256: z.string(),
  instance: z.string(),
  function: z.string(),
  minutes: window.optional(),
  window_s: window.optional(),
  time_scale: positive,
  rate_scale: positive,
  duration_scale: positive,
  spread: z.enum(['uniform', 'even']).default('uniform'),
});
export type RecordedTrace = z.output<typeof recordedTrace>;

/**
 * The arrivals of recorded functions, read again from their files; durations are not, for no time follows from them.
 * @param files SHA-256 by path, as the manifest lists them
 * @throws ConfigError in one line: which file to restore
 */
export async function arrivalsAgain(
  recorded: readonly RecordedTrace[],
  files: Record<string, string>,
): Promise<ArrivalSpec[]> {
  const read = new Map<string, Promise<Collected>>();
  const specs: ArrivalSpec[] = [];
  for (const trace of recorded) {
    const reading = readingOf(trace);
    if (!read.has(reading)) {
      const chosen = new Set(recorded.filter((other) => readingOf(other) === reading).map((other) => other.function));
      read.set(reading, collectAgain(trace, chosen, files));
    }
    const arrivals = (await read.get(reading)!).arrivals.get(trace.function)!;
    const { instance, function: functionId, time_scale, rate_scale, duration_scale, spread } = trace;
    const scales = { timeScale: time_scale, rateScale: rate_scale, durationScale: duration_scale };
    const replay = { instance, functionId, arrivals, quantilesMs: null, ...scales, spread, recorded: trace };
    specs.push({ process: 'Trace', replay });
  }
  return specs;
}

/** Functions of one window of one file are read together. */
function readingOf(trace: RecordedTrace): string {
  return JSON.stringify([trace.format, trace.file_sha256, windowOf(trace)]);
}

function windowOf({ minutes, window_s }: RecordedTrace): Window {
  const [from, to] = (minutes ?? window_s)!;
  return [from, to ?? Infinity];
}

async function collectAgain(
  trace: RecordedTrace,
  chosen: ReadonlySet<string>,
  files: Record<string, string>,
): Promise<Collected> {
  const { format, file, file_sha256: sha256 } = trace;
  const path = Object.keys(files).find((known) => files[known] === sha256) ?? file;
  const fault = (what: string): ConfigError =>
    new ConfigError(`its trace ${path} ${what}; restore the file whose SHA-256 is ${sha256}`);
  try {
    const collected = await READERS[format].collect(path, chosen, windowOf(trace));
    if (collected.sha256 === sha256) return collected;
  } catch (error) {
    if (!(error instanceof FileFault)) throw error;
    throw fault(error.message === 'no such file' ? 'is gone' : `is not what it was (${error.message})`);
  }
  throw fault('is not what it was');
}

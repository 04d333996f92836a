import { shown, type Findings, type JsonPath } from './findings.js';
import type { ArrivalSpec, PlannedInstance } from './model.js';
import type { Readable } from './read-fields.js';
import type { InstanceInput } from './schema-instance.js';

const NONE: ArrivalSpec = { process: 'Uniform', ratePerS: 0 };

/** How an instance's invocations arrive: by an interarrival list, which wins, or by a distribution and its rate. */
export function resolveArrivals(given: Readable<InstanceInput>, at: JsonPath, findings: Findings): ArrivalSpec {
  const { distribution, rate, cv, interarrivals_list: list } = given;
  const wrong = (key: string): boolean => findings.concerns([...at, key]);
  if (list !== undefined || wrong('interarrivals_list')) {
    for (const key of ['distribution', 'rate', 'cv'] as const) {
      if (given[key] !== undefined) findings.warn([...at, key], 'means nothing beside interarrivals_list, ignored');
    }
    return { process: 'list', interarrivalsS: list ?? [] };
  }
  if (distribution === undefined && rate === undefined && !wrong('distribution') && !wrong('rate')) {
    findings.error(at, 'says nothing of its arrivals; give "distribution" and "rate", or "interarrivals_list"');
    return NONE;
  }
  if (distribution === undefined && !wrong('distribution')) {
    findings.error(
      [...at, 'distribution'],
      'is missing beside "rate"; one of "Poisson", "Uniform", "Constant", "Gamma"',
    );
  }
  if (distribution === 'MMPP') {
    findings.error([...at, 'distribution'], `"${distribution}" is not supported by this version of faaslab`);
    return NONE;
  }
  // Its arrivals are read from the trace, when the rest of the instance is known (resolve-trace.ts).
  if (distribution === 'Trace') {
    for (const key of ['rate', 'cv', 'states'] as const) {
      if (given[key] !== undefined) findings.warn([...at, key], 'means nothing to distribution "Trace", ignored');
    }
    return NONE;
  }
  if (given.trace !== undefined || given.states !== undefined) {
    for (const key of ['trace', 'states'] as const) {
      if (given[key] !== undefined)
        findings.warn([...at, key], `means nothing to distribution "${distribution}", ignored`);
    }
  }
  if (typeof rate === 'object' && !wrong('rate')) {
    findings.error([...at, 'rate'], 'a rate profile is not supported by this version of faaslab; give a number');
  }
  if (rate === undefined && !wrong('rate')) findings.error([...at, 'rate'], 'is missing; must be a number ≥ 0');
  if (distribution === undefined || typeof rate !== 'number') return NONE;
  if (distribution !== 'Gamma') {
    if (cv !== undefined) findings.warn([...at, 'cv'], `means nothing to distribution "${distribution}", ignored`);
    return { process: distribution, ratePerS: rate };
  }
  if (cv === undefined && !wrong('cv'))
    findings.error([...at, 'cv'], 'is missing; distribution "Gamma" needs it, a number > 0');
  return { process: 'Gamma', ratePerS: rate, cv: cv ?? 1 };
}

/** The activity window, cut to the test: an open interval in seconds, or null for the whole test. */
export function resolveWindow(
  given: Readable<InstanceInput>,
  durationS: number | undefined,
  at: JsonPath,
  findings: Findings,
): PlannedInstance['windowS'] {
  const window = given.activity_window;
  const place = [...at, 'activity_window'];
  if (window === undefined) return null;
  const [start, end] = window;
  if (start >= end) {
    findings.error(place, `must end after it starts, got ${shown(window)}`);
    return null;
  }
  if (given.interarrivals_list !== undefined) {
    findings.warn(place, 'means nothing beside interarrivals_list, ignored');
    return null;
  }
  if (durationS === undefined || end <= durationS) return [start, end];
  if (start >= durationS) findings.warn(place, `begins when the test of ${durationS} s is over: nothing is planned`);
  else findings.warn(place, `reaches past the test and is cut to [${start}, ${durationS}]`);
  return [Math.min(start, durationS), durationS];
}

import { shown } from '../common/shown.js';
import type { Findings, JsonPath } from './findings.js';
import type { ArrivalSpec, PlannedInstance } from './model.js';
import type { Readable } from './read-fields.js';
import { resolveRate } from './resolve-rate.js';
import type { DISTRIBUTIONS, InstanceInput } from './schema-instance.js';

const NONE: ArrivalSpec = { process: 'Uniform', ratePerS: 0 };

/** How an instance's invocations arrive: by an interarrival list, which wins, or by a distribution and its rate. */
export function resolveArrivals(given: Readable<InstanceInput>, at: JsonPath, findings: Findings): ArrivalSpec {
  const { distribution, rate, cv, interarrivals_list: list } = given;
  const wrong = (key: string): boolean => findings.concerns([...at, key]);
  if (list !== undefined || wrong('interarrivals_list')) {
    for (const key of ['distribution', 'rate', 'cv', 'states', 'trace'] as const) {
      if (given[key] !== undefined) findings.warn([...at, key], 'means nothing beside interarrivals_list, ignored');
    }
    return { process: 'list', interarrivalsS: list ?? [] };
  }
  if (distribution === undefined) {
    if (!wrong('distribution')) tellDistribution(given, at, findings);
    return NONE;
  }
  for (const key of MEANINGLESS[distribution]) {
    if (given[key] !== undefined)
      findings.warn([...at, key], `means nothing to distribution "${distribution}", ignored`);
  }
  // Its arrivals are read from the trace, when the rest of the instance is known (resolve-trace.ts).
  if (distribution === 'Trace') return NONE;
  if (distribution === 'MMPP') return resolveMmpp(given, at, findings);
  if (rate === undefined) {
    if (!wrong('rate')) findings.error([...at, 'rate'], 'is missing; must be a number ≥ 0, or a profile');
    return NONE;
  }
  const ratePerS = resolveRate(rate, [...at, 'rate'], findings);
  if (ratePerS === undefined) return NONE;
  if (distribution !== 'Gamma') return { process: distribution, ratePerS };
  if (cv === undefined && !wrong('cv'))
    findings.error([...at, 'cv'], 'is missing; distribution "Gamma" needs it, a number > 0');
  return { process: 'Gamma', ratePerS, cv: cv ?? 1 };
}

/** Which distribution is missing, by what stands there in its stead. */
function tellDistribution(given: Readable<InstanceInput>, at: JsonPath, findings: Findings): void {
  const key = (['rate', 'states', 'trace'] as const).find(
    (name) => given[name] !== undefined || findings.concerns([...at, name]),
  );
  if (key === undefined) {
    findings.error(at, 'says nothing of its arrivals; give "distribution" and "rate", or "interarrivals_list"');
    return;
  }
  const fitting = { rate: 'one of "Poisson", "Uniform", "Constant", "Gamma"', states: '"MMPP"', trace: '"Trace"' }[key];
  findings.error([...at, 'distribution'], `is missing beside "${key}"; ${fitting}`);
}

type Distribution = (typeof DISTRIBUTIONS)[number];

/** What says something to other distributions only. */
const MEANINGLESS: Record<Distribution, readonly ('rate' | 'cv' | 'states' | 'trace')[]> = {
  Poisson: ['cv', 'states', 'trace'],
  Uniform: ['cv', 'states', 'trace'],
  Constant: ['cv', 'states', 'trace'],
  Gamma: ['states', 'trace'],
  MMPP: ['rate', 'cv', 'trace'],
  Trace: ['rate', 'cv', 'states'],
};

function resolveMmpp({ states }: Readable<InstanceInput>, at: JsonPath, findings: Findings): ArrivalSpec {
  const place = [...at, 'states'];
  if (states === undefined) {
    if (!findings.concerns(place)) {
      findings.error(
        place,
        'is missing; MMPP needs a list such as [{"rate": 50, "mean_duration_s": 2}, {"rate": 0, "mean_duration_s": 8}]',
      );
    }
    return NONE;
  }
  if (states.length < 2) findings.error(place, 'must have at least two states; one alone is distribution "Poisson"');
  return {
    process: 'MMPP',
    states: states.map(({ rate, mean_duration_s }) => ({ ratePerS: rate, meanDurationS: mean_duration_s })),
  };
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

import { groupKey, isOfTime, type Comparison, type Measure } from './comparison.js';
import { dataToDecide, moreText } from './more-data.js';
import { changeText, groupName, intervalText, measureName, noChangeText } from './wording.js';

/** A change that somebody would want to know of; how far off an answer is, is said for this one. */
const WORTH_KNOWING = Math.log(1.1);

/** What is said first where several measures of a time tell. */
const SPOKEN_ORDER: Measure[] = ['p99', 'p50', 'p90', 'mean'];

/** What the comparison found of one function or instance, in a sentence: `hello: response p99 +18 % [+9, +28], slower (5 runs a side).` */
export interface Sentence {
  group: string;
  scope: 'function' | 'instance';
  text: string;
  /** the direction of the finding, for its sign and colour */
  tone: 'worse' | 'better' | 'mixed' | 'none';
}

/** One sentence for each group, in the order of the comparisons. */
export function sentences(comparisons: Comparison[]): Sentence[] {
  const groups = new Map<string, Comparison[]>();
  for (const comparison of comparisons) {
    const key = groupKey(comparison);
    groups.set(key, [...(groups.get(key) ?? []), comparison]);
  }
  return [...groups.values()].map(sentenceOf);
}

function sentenceOf(comparisons: Comparison[]): Sentence {
  const { scope } = comparisons[0]!;
  const group = groupName(comparisons[0]!);
  const times = SPOKEN_ORDER.flatMap((measure) => comparisons.find((each) => each.measure === measure) ?? []);
  const found = [...times, ...comparisons.filter((each) => !isOfTime(each.measure))].filter(isFinding);
  if (found.length === 0) return { group, scope, text: `${group}: ${undecided(times, comparisons)}`, tone: 'none' };
  // Of the quantiles the tail and the middle say enough; the table has the rest.
  const spoken = found.filter(
    (each) => !isOfTime(each.measure) || found.filter((other) => isOfTime(other.measure)).indexOf(each) < 2,
  );
  const parts = spoken.map(
    (each) => `${measureName(each)} ${changeText(each)} ${intervalText(each)}, ${adjective(each)}`,
  );
  const worse = new Set(found.map(isWorse));
  const tone = worse.size > 1 ? 'mixed' : worse.has(true) ? 'worse' : 'better';
  return { group, scope, text: `${group}: ${parts.join('; ')} (${unitsOf(spoken[0]!)}).`, tone };
}

function isFinding({ finding }: Comparison): boolean {
  return finding === 'more' || finding === 'less';
}

/** More is worse, but for throughput. */
function isWorse({ measure, finding }: Comparison): boolean {
  return (finding === 'more') !== (measure === 'throughput');
}

function adjective(comparison: Comparison): string {
  const more = comparison.finding === 'more';
  if (isOfTime(comparison.measure)) return more ? 'slower' : 'faster';
  if (comparison.measure === 'cost') return more ? 'dearer' : 'cheaper';
  if (more) return 'more';
  return comparison.measure === 'throughput' ? 'less' : 'fewer';
}

function unitsOf({ runs }: Comparison): string {
  if (runs.baseline === 1 && runs.candidate === 1) return 'one run a side: the spread between runs is unknown';
  const few = Math.max(runs.baseline, runs.candidate) < 3 ? ', too few to know the spread between runs well' : '';
  if (runs.baseline === runs.candidate) return `${runs.baseline} runs a side${few}`;
  return `${runs.baseline} against ${runs.candidate} runs${few}`;
}

function undecided(times: Comparison[], all: Comparison[]): string {
  const told = times.find((each) => each.change.low !== null);
  if (told === undefined) {
    // The middle needs the fewest rows, so its reason is not merely that they are few.
    const median = times.filter(({ measure }) => measure === 'p50');
    const why =
      [...median, ...times, ...all].find((each) => each.change.note !== null)?.change.note ?? 'no times were recorded';
    return `cannot tell: ${why}.`;
  }
  const figure = `${measureName(told)} ${changeText(told)}`;
  const interval = intervalText(told);
  const { low, high } = told.change;
  const holdsOne = low! <= 1 && high! >= 1;
  if (!holdsOne) {
    return `cannot tell: the interval ${interval} of ${figure} leaves out ${noChangeText(told)}, but among all comparisons here one such comes about by chance (${unitsOf(told)}).`;
  }
  if (Math.log(high!) < WORTH_KNOWING && Math.log(low!) > -WORTH_KNOWING) {
    return `no difference found: ${figure} ${interval}, so one of 10 % is ruled out (${unitsOf(told)}).`;
  }
  return `cannot tell: the interval ${interval} of ${figure} includes ${noChangeText(told)}; ${wouldDecide(told)}.`;
}

function wouldDecide(comparison: Comparison): string {
  const { foresight, runs } = comparison;
  const most = Math.max(runs.baseline, runs.candidate);
  if (most > 1 && most < 3)
    return `${most} runs are too few to know the spread between runs: 3 on a side are the least that make sense`;
  const more = foresight && dataToDecide(foresight, ({ down, up }) => Math.max(down, up) <= WORTH_KNOWING);
  if (more === null) return 'no amount would decide a change of 10 %';
  return `${moreText(more, comparison)} would decide a change of 10 %`;
}

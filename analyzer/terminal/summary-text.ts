import type { Estimate } from '../../statistics/estimate.js';
import type { Analysis, GroupFigures, SummaryLine } from '../analysis.js';
import { quantileShown } from '../quantile-shown.js';
import { costLines } from './cost-text.js';
import { grouped, percent, plainText, rate, shortTime, wrapped } from './numbers.js';
import { tableLines } from './text-table.js';

const WIDTH = 100;
const SHOWN_FUNCTIONS = 10;
const SHOWN_ERRORS = 5;

/** What a person sees after an analysis: whether to trust it, how fast it was, where the time went. Fits 100 columns. */
export function summaryText(analysis: Analysis): string {
  const blocks = [
    [...verdictLines(analysis), ...ledgerLines(analysis)],
    functionLines(analysis),
    [...recordsLines(analysis), ...negativeLines(analysis)],
    costLines(analysis.cost, WIDTH),
    thresholdLines(analysis),
    errorLines(analysis),
  ];
  return `${blocks
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')}\n`;
}

function verdictLines({ manifest, verdict, test_name }: Analysis): string[] {
  const sign = verdict.valid ? '✓ valid' : manifest.status === 'interrupted' ? '✗ interrupted' : '✗ invalid';
  const seconds = manifest.config['test_duration_in_seconds'];
  const about = [
    `run ${plainText(manifest.run_id, 50)}`,
    ...(test_name === manifest.test_name ? [] : [`as ${plainText(test_name, 20)}`]),
    plainText(manifest.endpoint.kind),
    ...(typeof seconds === 'number' ? [`${seconds} s`] : []),
    `seed ${manifest.seed}`,
  ].join(' · ');
  const first = `${plainText(about, WIDTH - sign.length - 2)}`.padEnd(WIDTH - sign.length) + sign;
  return [first, ...verdict.reasons.flatMap((reason) => wrapped(`✗ ${reason}`, WIDTH))];
}

function ledgerLines({ ledger, manifest }: Analysis): string[] {
  const { planned, ok, failed, dropped, lost, unreached } = ledger;
  const parts = [
    `ok ${grouped(ok)}`,
    `failed ${grouped(failed)}`,
    `dropped ${grouped(dropped)}`,
    `lost ${grouped(lost)}`,
  ];
  if (unreached > 0) parts.push(`unreached ${grouped(unreached)}`);
  const sum = `planned ${grouped(planned)} = ${parts.join(' + ')}`;
  const late = manifest.lateness_ms;
  if (late === null) return [sum];
  const budget = (manifest.config['limits'] as { lateness_budget_ms?: number } | undefined)?.lateness_budget_ms;
  const lateness = `lateness p50 ${shortTime(late.p50)}  p99 ${shortTime(late.p99)} ms${budget === undefined ? '' : ` (budget ${budget})`}`;
  return sum.length + lateness.length + 2 <= WIDTH ? [sum.padEnd(WIDTH - lateness.length) + lateness] : [sum, lateness];
}

function functionLines({ functions }: Analysis): string[] {
  const shown = functions.toSorted((a, b) => b.planned - a.planned).slice(0, SHOWN_FUNCTIONS);
  const onlyAccepted = shown.some(isOnlyAccepted);
  const columns = [
    { title: 'function', align: 'left' as const },
    { title: 'n' },
    { title: 'cold' },
    { title: 'response ms p50 [95 %]', align: 'left' as const },
    { title: 'p99 [95 %]', align: 'left' as const },
    { title: 'wait' },
    { title: 'init' },
    { title: 'execution' },
  ];
  const rows = shown.map((group) => {
    const times = isOnlyAccepted(group) ? group.acceptance_ms : group.response_ms;
    const mark = isOnlyAccepted(group) ? '¹' : '';
    return [
      plainText(group.name, 16),
      grouped(group.planned),
      percent(group.cold_share.value) + markUnless(group, 'cold'),
      withInterval(times.p50) + mark,
      withInterval(times.p99) + mark,
      shortTime(group.wait_ms.mean) + markUnless(group, 'wait'),
      shortTime(group.init_ms.mean) + markUnless(group, 'init'),
      shortTime(group.execution_ms.mean) + markUnless(group, 'execution'),
    ];
  });
  const left = functions.length - shown.length;
  return [
    ...tableLines(columns, rows),
    ...(left > 0 ? [`${left} more functions with -v`] : []),
    ...shown.flatMap(partlyKnownLines),
    ...(onlyAccepted ? ['¹ time until the platform accepted the invocation (202), not until it was done'] : []),
  ];
}

/** Of how many invocations each figure of the platform's is known, and of how many it could be; nothing where none is. */
function knownOf({ planned, cold_count, cold_share, wait_ms, init_ms, execution_ms }: GroupFigures) {
  return [
    { what: 'cold', n: cold_share.n, of: planned },
    { what: 'wait', n: wait_ms.n, of: planned },
    // an init is a cold start's
    { what: 'init', n: init_ms.n, of: cold_count },
    { what: 'execution', n: execution_ms.n, of: planned },
  ].filter(({ n, of }) => n > 0 && n !== of);
}

function markUnless(group: GroupFigures, figure: string): string {
  return knownOf(group).some(({ what }) => what === figure) ? '²' : '';
}

/** A mean of few of the invocations must not pass for one of all. */
function partlyKnownLines(group: GroupFigures): string[] {
  const known = knownOf(group).map(({ what, n, of }) =>
    what === 'init' ? `init of ${grouped(n)} of ${grouped(of)} cold starts` : `${what} of ${grouped(n)}`,
  );
  if (known.length === 0) return [];
  const noShare = group.cold_share.n > 0 && group.cold_share.value === null;
  return wrapped(
    `² ${plainText(group.name, 24)}, of ${grouped(group.planned)} invocations: ${known.join(', ')}; of the others it is not recorded` +
      (noShare ? `. Cold starts: ${group.cold_share.note}` : ''),
    WIDTH,
  );
}

function isOnlyAccepted({ answered, accepted }: GroupFigures): boolean {
  return accepted > 0 && answered < accepted;
}

/** `3.1 [3.0, 3.2]`, or why there is no number. */
export function withInterval({ value, low, high, note }: Estimate): string {
  if (value === null) return note ?? '–';
  return low === null ? shortTime(value) : `${shortTime(value)} [${shortTime(low)}, ${shortTime(high)}]`;
}

/** The predecessor's lines: records, period, rate; mean and standard deviation, with median and p99 beside. */
function recordsLines({ records, period, summary }: Analysis): string[] {
  const { read, expected, source } = records;
  const lines = [
    `records read ${grouped(read)} for ${grouped(expected)} activations (${plainText(source)})` +
      `   invocation period ${period.seconds === null ? '–' : `${shortTime(period.seconds)} s`}` +
      `   average rate ${rate(period.rate_per_s)}`,
  ];
  if (summary.all.n === 0) return lines;
  const groups = [
    ['all', summary.all],
    ['warm', summary.warm],
    ['cold', summary.cold],
  ] as const;
  const figures = ['mean', 'std', 'p50', 'p99'] as const;
  const columns = [
    { title: 'ms', align: 'left' as const },
    ...groups.flatMap(() => figures.map((title) => ({ title }))),
  ];
  const metric = (label: string, key: keyof Omit<SummaryLine, 'n'>): string[] => [
    label,
    ...groups.flatMap(([, line]) => {
      const { n, mean, std, p50, p99 } = line[key];
      return [mean, std, quantileShown(p50, 0.5, n), quantileShown(p99, 0.99, n)].map(shortTime);
    }),
  ];
  const rows = [metric('init', 'init_ms'), metric('execution', 'execution_ms'), metric('latency', 'latency_ms')];
  const table = tableLines(columns, rows);
  const titles = groups.map(([name, { n }]) => `${name} (${grouped(n)})`);
  return [
    ...lines,
    titlesAbove(table[0]!, 'mean', titles),
    ...table,
    'init per invocation: a warm one counts as 0; p50 from 20 rows on, p99 from 1,000',
    ...partlyKnownMetrics(summary.all),
  ];
}

/** The titles count activations; a metric may be known of fewer. */
function partlyKnownMetrics({ n: all, ...line }: SummaryLine): string[] {
  const known = Object.entries({ init: line.init_ms, execution: line.execution_ms, latency: line.latency_ms })
    .filter(([, { n }]) => n !== all)
    .map(([metric, { n }]) => `${metric} of ${grouped(n)}`);
  return known.length === 0 ? [] : wrapped(`known of these ${grouped(all)} activations: ${known.join(', ')}`, WIDTH);
}

/** Parts that two clocks tell may come out negative; they are in the means as they are. */
function negativeLines({ overall }: Analysis): string[] {
  const { n, negative } = overall.parts.all;
  if (negative === 0) return [];
  const share = `${grouped(negative)} of ${grouped(n)} invocations`;
  return wrapped(
    `in ${share} a part of the response time is negative, since two clocks tell it: nothing is clipped`,
    WIDTH,
  );
}

/** A line with each title where the next occurrence of `word` begins in the line below. */
function titlesAbove(below: string, word: string, titles: readonly string[]): string {
  let line = '';
  let at = -1;
  for (const title of titles) {
    at = below.indexOf(word, at + 1);
    line = `${line.padEnd(at)}${title}`;
  }
  return line;
}

function thresholdLines({ thresholds }: Analysis): string[] {
  return thresholds.flatMap(({ name, scope, condition, value, met, note }) => {
    const sign = met === null ? '!' : met ? '✓' : '✗';
    const shown = value === null ? `cannot be judged: ${note}` : Number(value.toPrecision(4));
    return wrapped(`${sign} threshold ${name} ${condition} (${plainText(scope)}): ${shown}`, WIDTH);
  });
}

function errorLines({ errors }: Analysis): string[] {
  const lines = errors.slice(0, SHOWN_ERRORS).map(({ function: name, outcome, error, status, count, example }) => {
    // The 202 of an accepted invocation says nothing of how its activation failed.
    const said = status === null || outcome === 'ok' ? '' : ` (${status})`;
    const kind = `${grouped(count)} × ${plainText(name)}: ${plainText(error)}${said}`;
    return plainText(example === null ? kind : `${kind}: ${example}`, WIDTH);
  });
  const left = errors.length - lines.length;
  return left > 0 ? [...lines, `${left} more kinds of failure in analysis.json`] : lines;
}

import { plainText } from '../common/plain-text.js';
import type { Verdict } from '../records/manifest.js';
import type { InvocationFigures } from '../records/invocation-figures.js';
import { monitorTroubles } from './monitor-troubles.js';
import type { RunResult } from './run.js';
import type { ThresholdVerdict } from './thresholds.js';

export interface SummaryOptions {
  /** as the user would name it */
  directory: string;
  /** all functions, not only the first */
  verbose: boolean;
  durationS: number;
}

const FUNCTIONS_SHOWN = 5;
/** Below this a p99 is the word of fewer than ten rows. */
const ROWS_FOR_P99 = 1_000;

/** What a person sees when a run is over: the client's word only, until the analyzer has the platform's records. */
export function summaryText(result: RunResult, { directory, verbose, durationS }: SummaryOptions): string {
  const { manifest, figures, thresholds } = result;
  const shown = verbose ? figures.functions : figures.functions.slice(0, FUNCTIONS_SHOWN);
  const hidden = figures.functions.length - shown.length;
  const lines = [
    `run ${manifest.run_id} · ${manifest.endpoint.kind} · ${durationS} s · seed ${manifest.seed}    ${verdictSign(manifest.verdict!)}`,
    ...manifest.verdict!.reasons.map((reason) => `  ${reason}`),
    `${ledgerText(result)}    ${latenessText(result)}`,
  ];
  if (figures.errors.length > 0) {
    lines.push(`not ok: ${figures.errors.map(({ error, n }) => `${error} ${count(n)}`).join(' · ')}`);
  }
  lines.push(...thresholds.map((threshold) => thresholdText(threshold, figures)));
  lines.push(...monitorTroubles(manifest).map((trouble) => `! ${trouble}`));
  lines.push('', ...table(shown));
  if (hidden > 0) lines.push(`${hidden} more functions with -v`);
  lines.push('', `records: ${directory} · WorkloadAnalyzer explains them`);
  // Names are the config's and messages anybody's: a terminal must not act on them.
  return `${lines.map((line) => plainText(line)).join('\n')}\n`;
}

function verdictSign({ valid }: Verdict): string {
  return valid ? '✓ valid' : '✗ not valid';
}

function ledgerText({ manifest }: RunResult): string {
  const { planned, ok, failed, dropped, lost, unreached } = manifest.ledger;
  const parts = `planned ${count(planned)} = ok ${count(ok)} + failed ${count(failed)} + dropped ${count(dropped)} + lost ${count(lost)}`;
  return unreached === 0 ? parts : `${parts} + unreached ${count(unreached)}`;
}

function latenessText({ manifest }: RunResult): string {
  if (manifest.lateness_ms === null) return 'nothing was fired';
  const limits = manifest.config['limits'] as { lateness_budget_ms?: number } | undefined;
  const { p50, p99 } = manifest.lateness_ms;
  return `lateness p50 ${p50.toFixed(2)}  p99 ${p99.toFixed(2)} ms (budget ${limits?.lateness_budget_ms ?? '?'})`;
}

function thresholdText(
  { condition, value, n, met, provisional, byAnalyzer }: ThresholdVerdict,
  figures: InvocationFigures,
): string {
  if (byAnalyzer) return `– ${condition}: WorkloadAnalyzer judges it`;
  if (met === null) {
    const onlyAccepted = figures.functions.some(({ accepted }) => accepted > 0);
    return `? ${condition}: cannot be judged, ${onlyAccepted ? 'the invocations were only accepted (202)' : 'no row has a value'}`;
  }
  const quantile = /\.p[\d.]+ /.exec(condition) !== null;
  const remarks = [
    ...(quantile ? [`of ${count(n)} rows`] : []),
    ...(provisional ? ['provisional: accepted invocations may still fail, WorkloadAnalyzer sees'] : []),
  ];
  const remark = remarks.length === 0 ? '' : ` (${remarks.join('; ')})`;
  return `${met ? '✓' : '✗'} ${condition}: it is ${significant(value)}${remark}`;
}

/** Response times, and in columns of their own acceptance times: a 202 tells nothing of how fast a function is. */
function table(functions: InvocationFigures['functions']): string[] {
  const accepted = functions.some((row) => row.accepted > 0);
  const answered = !accepted || functions.some((row) => row.answered > 0);
  const rows = [
    [
      'function',
      'n',
      'not ok',
      ...(answered ? ['response ms p50', 'p90', 'p99'] : []),
      ...(accepted ? ['acceptance ms p50', 'p90', 'p99'] : []),
    ],
    ...functions.map((row) => [
      plainText(row.function),
      count(row.n),
      count(row.failed),
      ...(answered ? quantiles(row.answered, row.p50, row.p90, row.p99) : []),
      ...(accepted ? quantiles(row.accepted, row.acceptance_p50, row.acceptance_p90, row.acceptance_p99) : []),
    ]),
  ];
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column]!))
      .join('   ')
      .trimEnd(),
  );
}

function quantiles(n: number, p50: number | null, p90: number | null, p99: number | null): string[] {
  const enough = n >= ROWS_FOR_P99;
  return [
    significant(p50),
    significant(p90),
    n === 0 ? '–' : enough ? significant(p99) : `too few (${count(n)} < ${count(ROWS_FOR_P99)})`,
  ];
}

function count(n: number): string {
  return n.toLocaleString('en');
}

/** Three significant digits, without an exponent. */
function significant(value: number | null): string {
  if (value === null) return '–';
  return Math.abs(value) >= 100 ? value.toFixed(0) : String(Number(value.toPrecision(3)));
}

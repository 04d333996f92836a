import { plainText } from '../common/plain-text.js';
import { gatesNote } from './judge.js';
import type { MergedRun } from './merged.js';
import type { Unpaired } from './pairs.js';
import type { ComparisonResult, Written } from './result.js';
import { differenceText, machineWarning } from './setting-differences.js';
import { isoOf } from './since.js';
import { tableLines } from './summary-table.js';
import { countText as count, groupName } from './wording.js';

/** Lines that a person reads on a terminal: what was compared, what differs in the setting, what was found, where it lies. */
export function summaryText(result: ComparisonResult, written: Written, { verbose }: { verbose: boolean }): string {
  const blocks = [
    mergedLines(result),
    settingLines(result),
    [...result.sentences.map(({ text }) => text), ...result.unpaired.map(unpairedLine)],
    tableLines(result.comparisons, verbose),
    gateLines(result),
    writtenLines(written),
  ];
  return `${blocks
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')}\n`;
}

/** Tests beyond these are only counted; `faaslab archives` lists all. */
const MOST_TESTS = 12;

function mergedLines({ merged, sides, invalid, since_epoch_ms }: ComparisonResult): string[] {
  const since = since_epoch_ms === null ? '' : ` since ${isoOf(since_epoch_ms)}`;
  const lines = [`merged ${count(merged.runs.length, 'run')} of ${count(testsOf(merged.runs).length, 'test')}${since}`];
  if (sides === null) {
    const tests = testsOf(merged.runs);
    for (const test of tests.slice(0, MOST_TESTS))
      lines.push(
        `  ${sideLine(
          test,
          merged.runs.filter((run) => run.test === test),
        )}`,
      );
    if (tests.length > MOST_TESTS) lines.push(`  and ${count(tests.length - MOST_TESTS, 'more test')}`);
    const why =
      tests.length === 1
        ? 'one test alone has nothing to be compared with'
        : 'with more than two tests it is for you to say which';
    return [
      ...lines,
      `no differences are computed: ${why} (--baseline SIDE --candidate SIDE; a side is a test, a run id or a tag)`,
    ];
  }
  for (const side of ['baseline', 'candidate'] as const) {
    const runs = merged.runs.filter((run) => sides[side].runs.includes(run.run_id));
    const faulty = runs.filter(({ run_id }) => invalid.some((run) => run.run_id === run_id)).length;
    const mark = faulty === 0 ? '' : ` · ✗ ${count(faulty, 'run')} not valid`;
    lines.push(`  ${side.padEnd(9)}  ${sideLine(sides[side].label, runs)}${mark}`);
  }
  if (sides.chosen !== null) lines.push(`  ${plainText(sides.chosen)}`);
  return lines;
}

function sideLine(label: string, runs: MergedRun[]): string {
  const rows = runs.reduce((sum, run) => sum + run.rows, 0);
  const starts = runs.flatMap((run) => run.startEpochMs ?? []);
  const first = starts.length === 0 ? '' : ` · ${isoOf(Math.min(...starts))}`;
  const last = starts.length < 2 ? '' : ` to ${isoOf(Math.max(...starts))}`;
  return `${plainText(label)} · ${count(runs.length, 'run')} · ${count(rows, 'row')}${first}${last}`;
}

/** More of them are in the page and in JSON. */
const MOST_SETTINGS = 15;

function settingLines({ settings, sides }: ComparisonResult): string[] {
  if (sides === null || settings.length === 0) return [];
  const warning = machineWarning(settings);
  const environment = settings.some((each) => each.environment);
  const heading = environment
    ? 'the sides did not run in the same place or with the same software; a difference may come from that:'
    : 'the sides differ in what they were asked to do:';
  const shown = settings.slice(0, MOST_SETTINGS).map((each) => plainText(`  ${each.setting}: ${differenceText(each)}`));
  const more = settings.length - MOST_SETTINGS;
  return [
    ...(warning === null ? [] : [plainText(`!! ${warning}`)]),
    heading,
    ...shown,
    ...(more > 0 ? [`  and ${more} more (--json, --report)`] : []),
  ];
}

function gateLines(result: ComparisonResult): string[] {
  const note = gatesNote(result);
  return [
    ...result.gates.map(({ verdict, text }) => `${verdict === 'pass' ? '✓' : verdict === 'fail' ? '✗' : '!'} ${text}`),
    ...(note === null ? [] : [note]),
  ];
}

function unpairedLine(each: Unpaired): string {
  return `${groupName(each)}: not compared, only the ${each.side} has it.`;
}

function writtenLines({ folder, pictures, report, tables }: Written): string[] {
  if (folder === null) return [];
  const drawn = pictures.filter((path) => path.endsWith('.png')).length;
  return [
    ...(report === null ? [] : [plainText(`report: ${report}`)]),
    ...(pictures.length === 0
      ? []
      : [`pictures: ${plainText(folder)}/ (${count(drawn, 'picture')}, each as PNG and SVG)`]),
    ...(tables.length === 0 ? [] : [plainText(`tables: ${folder}/tables/`)]),
  ];
}

function testsOf(runs: MergedRun[]): string[] {
  return [...new Set(runs.map((run) => run.test))];
}

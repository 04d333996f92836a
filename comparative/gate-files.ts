import { messageOf, RecordsError } from '../common/errors.js';
import { writeFileAtomic } from '../common/files.js';
import type { GateResult } from './judge.js';
import type { ComparisonResult } from './result.js';
import { changeText, figureText, groupName, intervalText, measureName } from './wording.js';

export interface GateFiles {
  markdown: string | null;
  junit: string | null;
}

/**
 * Writes what a CI shows of a comparison: a Markdown comment, JUnit XML.
 * @throws RecordsError if a file cannot be written
 */
export async function writeGateFiles(result: ComparisonResult, { markdown, junit }: GateFiles): Promise<void> {
  if (markdown !== null) await written(markdown, markdownOf(result));
  if (junit !== null) await written(junit, junitOf(result));
}

async function written(path: string, content: string): Promise<void> {
  await writeFileAtomic(path, content).catch((error: unknown) => {
    throw new RecordsError(`${path} cannot be written: ${messageOf(error)}`);
  });
}

/** Names are data: nothing in them may become markup, a link or a mention. */
function plain(text: string): string {
  return text.replaceAll(/[\\`*_{}[\]()#+!|<>@~&]/g, (char) => `&#${char.charCodeAt(0)};`).replaceAll(/\s+/g, ' ');
}

/** Verdict first, then a sentence a function, then the figures. */
export function markdownOf(result: ComparisonResult): string {
  const { sides, gates, sentences, comparisons, settings, invalid } = result;
  if (sides === null)
    return `### Comparison\n\nTwo sides were not named; ${result.merged.runs.length} runs were merged.\n`;
  const marks = { pass: '✅', fail: '❌', 'not enough data': '⚠️' } as const;
  const lines = [
    `### ${plain(sides.candidate.label)} against ${plain(sides.baseline.label)}`,
    '',
    ...invalid.map(({ run_id, reasons }) => `- ❌ run ${plain(run_id)} is not valid: ${plain(reasons.join('; '))}`),
    ...settings
      .filter(({ environment }) => environment)
      .map(
        (each) =>
          `- ⚠️ ${plain(each.setting)} differs: ${plain(each.baseline.join(' | '))} → ${plain(each.candidate.join(' | '))}`,
      ),
    ...gates.map(({ verdict, text }) => `- ${marks[verdict]} ${plain(text)}`),
    ...sentences.map(({ text }) => `- ${plain(text)}`),
    '',
    '| function | measure | baseline | candidate | change | 95 % |',
    '|---|---|--:|--:|--:|--:|',
    ...comparisons.map(
      (each) =>
        `| ${[
          groupName(each),
          measureName(each),
          figureText(each, each.baseline),
          figureText(each, each.candidate),
          changeText(each),
          each.change.low === null ? '' : intervalText(each),
        ]
          .map(plain)
          .join(' | ')} |`,
    ),
  ];
  return `${lines.join('\n')}\n`;
}

/** A test case a gate and function; not enough data is skipped, an invalid run is an error of all. */
export function junitOf({ gates, invalid, sides }: ComparisonResult): string {
  const suite = sides === null ? 'comparison' : `${sides.candidate.label} against ${sides.baseline.label}`;
  const count = (verdict: GateResult['verdict']) => gates.filter((gate) => gate.verdict === verdict).length;
  const reasons = invalid.map(({ run_id, reasons }) => `${run_id}: ${reasons.join('; ')}`).join(' · ');
  const outcome = ({ verdict, text }: GateResult) => {
    if (reasons !== '') return `<error message="${xml(`not every run is valid: ${reasons}`)}"/>`;
    if (verdict === 'fail') return `<failure message="${xml(text)}"/>`;
    return verdict === 'pass' ? '' : `<skipped message="${xml(text)}"/>`;
  };
  const errors = reasons === '' ? 0 : gates.length;
  const [failures, skipped] = errors > 0 ? [0, 0] : [count('fail'), count('not enough data')];
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuite name="${xml(suite)}" tests="${gates.length}" failures="${failures}" errors="${errors}" skipped="${skipped}">`,
    ...gates.map(
      (gate) => `  <testcase classname="${xml(gate.group)}" name="${xml(gate.gate)}">${outcome(gate)}</testcase>`,
    ),
    '</testsuite>',
    '',
  ].join('\n');
}

const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&apos;' };

/** Text of an attribute; characters that XML 1.0 does not know become U+FFFD. */
function xml(text: string): string {
  return (
    text
      // eslint-disable-next-line no-control-regex -- these characters are what is looked for
      .replaceAll(/[\u0000-\u0008\u000B\u000C\u000E-\u001F\uFFFE\uFFFF]/g, '\uFFFD')
      .replaceAll(/[&<>"']/g, (char) => ENTITIES[char]!)
      .replaceAll(/[\t\n\r]/g, (char) => `&#${char.charCodeAt(0)};`)
  );
}

import { plainText } from '../common/plain-text.js';
import { gatesNote } from './judge.js';
import type { ComparisonResult } from './result.js';
import { differenceText, machineWarning } from './setting-differences.js';
import { byText, changeText, figureText, groupName, intervalText, measureName, pText } from './wording.js';

const MARKS = { pass: '✅', fail: '❌', 'not enough data': '⚠️' } as const;

/** GitHub refuses comments of more than 65,536 characters. */
const MOST_CHARACTERS = 60_000;

/** A comment for a CI: what differs in the setting, the verdicts, a sentence a function, then the figures. */
export function markdownOf(result: ComparisonResult): string {
  const { sides, comparisons } = result;
  if (sides === null)
    return `### Comparison\n\nTwo sides were not named; ${result.merged.runs.length} runs were merged.\n`;
  const heading = `### ${plain(sides.candidate.label)} against ${plain(sides.baseline.label)}`;
  const said = cut(findingsOf(result), MOST_CHARACTERS / 2, (left) => `- and ${left} lines more (--report, --json)`);
  const rows = cut(
    comparisons.map(rowOf),
    MOST_CHARACTERS / 2,
    (left) => `\n${left} more rows are left out (--report, --json).`,
  );
  const table = [
    '| function | measure | baseline | candidate | change | 95 % | p (Holm) | by |',
    '|---|---|--:|--:|--:|--:|--:|---|',
    ...rows,
  ];
  return `${[heading, '', ...said, '', ...(rows.length === 0 ? ['No function was invoked on both sides.'] : table)].join('\n')}\n`;
}

function findingsOf(result: ComparisonResult): string[] {
  const { settings, invalid, gates, unpaired, sentences } = result;
  const warning = machineWarning(settings);
  const note = gatesNote(result);
  return [
    ...(warning === null ? [] : [`- ⚠️ **${plain(warning)}**`]),
    ...settings
      .filter(({ machine }) => !machine)
      .map((each) => `- ${each.environment ? '⚠️ ' : ''}${plain(each.setting)}: ${plain(differenceText(each))}`),
    ...invalid.map(({ run_id, reasons }) => `- ❌ run ${plain(run_id)} is not valid: ${plain(reasons.join('; '))}`),
    ...gates.map(({ verdict, text }) => `- ${MARKS[verdict]} ${plain(text)}`),
    ...(note === null ? [] : [`- ${plain(note)}`]),
    ...unpaired.map((each) => `- ${plain(groupName(each))}: not compared, only the ${each.side} has it`),
    ...sentences.map(({ text }) => `- ${plain(text)}`),
  ];
}

function rowOf(each: ComparisonResult['comparisons'][number]): string {
  const cells = [
    groupName(each),
    measureName(each),
    figureText(each, each.baseline),
    figureText(each, each.candidate),
    changeText(each),
    each.change.low === null ? '' : intervalText(each),
    each.p_holm === null ? '' : pText(each.p_holm),
    byText(each),
  ];
  return `| ${cells.map(plain).join(' | ')} |`;
}

function cut(lines: string[], most: number, more: (left: number) => string): string[] {
  const kept: string[] = [];
  let length = 0;
  for (const line of lines) {
    length += line.length + 1;
    if (length > most) return [...kept, more(lines.length - kept.length)];
    kept.push(line);
  }
  return kept;
}

/**
 * A text as GitHub shows it unchanged: no markup, no link, no mention, in one line, control characters escaped as on a terminal.
 * What could begin any of these is an entity; but mentions and references are looked for after entities are resolved, so a word
 * joiner parts these.
 */
function plain(text: string): string {
  return (
    plainText(text)
      .replaceAll(/\s+/g, ' ')
      .trim()
      .replaceAll(ANYWHERE, entity)
      // At the beginning of an item they would begin a list, a quotation or a heading within it.
      .replace(/^[-+=]|(?<=^\d+)[.)]/, entity)
      .replaceAll(/(&#64;|&#35;)/g, '$1\u2060')
  );
}

/** Emphasis, code, links, tables, tags, entities, mentions, references, mathematics, emoji, and addresses. */
const ANYWHERE = /[\\`*_[\]#|<>@~&$]|:(?=\S)|(?<=www)\./gi;

function entity(char: string): string {
  return `&#${char.charCodeAt(0)};`;
}

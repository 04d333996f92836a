import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { listText } from '../../comparative/archives/list.js';
import { compare } from '../../comparative/compare.js';
import { junitOf } from '../../comparative/junit.js';
import { markdownOf } from '../../comparative/markdown.js';
import { summaryText } from '../../comparative/summary.js';
import { emptyFolder } from '../support/programs.js';
import { FIRST_START, writeSimulatedArchive } from './archive-fixture.js';

/** What would stand in a line of its own and say the opposite, were it not escaped: with a break, ESC, CSI of C1 and an override. */
const FORGED = 'hello: p50 +5%: pass (forged)';
const HOSTILE = `f\n✓ ${FORGED}\u001b[2J\u009b2J\u202e,"x"`;
const ESCAPED = String.raw`f\n✓ ${FORGED}\u001b[2J\u009b2J\u202e`;
const ACTS = /[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/u;

async function comparedWith(name: string, out: string) {
  const root = emptyFolder();
  const instances = [
    { name, function: name, rows: 150 },
    { name: `${name}2`, function: name, rows: 150 },
  ];
  await writeSimulatedArchive(root, { test: `a${name}`, instances, tags: [name] });
  await writeSimulatedArchive(root, { test: `b${name}`, instances, startEpochMs: FIRST_START + 60_000 });
  return {
    root,
    ...(await compare({
      archive: root,
      sinceMs: null,
      gates: ['p50 +5%'],
      seed: 1,
      customPlotFile: null,
      out,
      plot: false,
      report: false,
      tables: 'faasprofiler',
    })),
  };
}

test('no name of an archive begins a line or acts on the terminal: not in sentences, tables, gates, settings or lists', async () => {
  const out = join(emptyFolder(), 'out');
  const { root, result, written } = await comparedWith(HOSTILE, out);
  const shown = [summaryText(result, written, { verbose: true }), await listText(root, false)];
  for (const text of shown) {
    expect(text.replaceAll('\n', '')).not.toMatch(ACTS);
    expect(text.split('\n').filter((line) => line.includes(`✓ ${FORGED}`) && /^\s*✓/.test(line))).toEqual([]);
    expect(text).toContain(ESCAPED.slice(0, 20));
  }
  // a verdict a gate, function and instance; each begins with its own sign
  expect(shown[0]!.split('\n').filter((line) => /^[✓✗!] /.test(line))).toHaveLength(3);

  const markdown = markdownOf(result);
  expect(markdown.replaceAll('\n', '')).not.toMatch(ACTS);
  const xml = junitOf(result);
  expect(xml.replaceAll('\n', '')).not.toMatch(ACTS);
  expect(xml.match(/<testcase /g)).toHaveLength(3);
});

test('a CSV of FaaSProfiler’s names quotes what would end a cell or a line', async () => {
  const out = join(emptyFolder(), 'out');
  await comparedWith('f\r\n"x",y', out);
  const csv = await readFile(join(out, 'tables', 'combined_stat_df.csv'), 'utf8');
  // a row a test and function (the stat table of the fixture has the function once an instance), after the heading
  expect(csv.match(/^"f\r\n""x"",y",Poisson,/gm)).toHaveLength(4);
});

import { expect, test } from 'vitest';
import { parseGate } from '../../comparative/gate.js';
import { junitOf, markdownOf } from '../../comparative/gate-files.js';
import { judge } from '../../comparative/judge.js';
import type { ComparisonResult } from '../../comparative/result.js';
import { comparison } from './comparison-fixture.js';

test('JUnit counts failures and skips, and hostile names stay text in it and in Markdown', () => {
  const name = `<b>&"'|[x](http://evil)@all\u0007`;
  const comparisons = [
    comparison('p99', [1.18, 1.09, 1.28], { name }),
    comparison('p99', [1.06, 1.01, 1.12], { name: 'b' }),
  ];
  const result = {
    sides: { baseline: { label: name, runs: ['1'] }, candidate: { label: 'new', runs: ['2'] }, chosen: null },
    gates: judge([parseGate('p99 +5%')], { comparisons, unpaired: [], invalid: [] }),
    unpaired: [],
    comparisons,
    sentences: [],
    settings: [],
    invalid: [],
  } as unknown as ComparisonResult;
  const xml = junitOf(result);
  expect(xml).toContain('tests="2" failures="1" errors="0" skipped="1"');
  expect(xml).toContain('&lt;b&gt;&amp;&quot;&apos;|[x](http://evil)@all\ufffd');
  expect(xml).not.toContain('<b>');
  const markdown = markdownOf(result);
  expect(markdown).not.toMatch(/<b>|\[x\]\(|@all/);
  // a pipe in a name adds no cell to the table
  const row = markdown.split('\n').find((line) => line.includes('http') && line.startsWith('| '))!;
  expect(row.split('|')).toHaveLength(8);
});

test('an invalid run makes every case of JUnit an error', () => {
  const result = {
    sides: null,
    gates: judge([parseGate('p99 +5%')], {
      comparisons: [comparison('p99', [1.01, 0.99, 1.02])],
      unpaired: [],
      invalid: [],
    }),
    invalid: [{ run_id: 'r1', test: 't', reasons: ['p99 of lateness 40 ms, budget 10 ms'] }],
  } as unknown as ComparisonResult;
  expect(junitOf(result)).toMatch(/errors="1"[^]*<error message="not every run is valid: r1: p99 of lateness/);
});

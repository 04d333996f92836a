import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { amount } from '../../../analyzer/cost/amount.js';
import type { Cost, FunctionCost } from '../../../analyzer/cost/model.js';
import { costSection } from '../../../analyzer/report/cost.js';
import type { Analysis } from '../../../analyzer/analysis.js';
import { COST_WORDS } from '../../../analyzer/report/words.js';
import { costLines, functionCostLine } from '../../../analyzer/terminal/cost-text.js';
import { packageRoot } from '../../../common/package-root.js';
import { html } from '../../../plotting/html.js';
import { pricesJsonSchema } from '../../../workload/json-schema.js';

const FIGURES = {
  priced: 1310,
  unpriced: 0,
  requests: 1312,
  gb_s: 14.3,
  init_gb_s: 0.29,
  compute_cost: 0.0002383,
  request_cost: 0.0002624,
  total: 0.0005007,
  per_million: { value: 0.3822, low: 0.3741, high: 0.39, n: 1310, method: 'sectioning', note: null },
  per_million_with_free_tier: 0,
  note: null,
} as const;
const COST: Cost = {
  table: {
    name: 'AWS Lambda',
    region: 'us-east-1',
    date: '2026-09-19',
    source: 'https://prices.example/',
    currency: 'USD',
    sha256: '9328de99bc65'.padEnd(64, '0'),
  },
  architecture: 'x86_64',
  basis: 'bill',
  meaning: 'by the list prices of AWS Lambda in us-east-1 for x86_64, of 2026-09-19',
  init_billed: true,
  ...FIGURES,
  functions: [{ name: 'hello', ...FIGURES }],
};
const UNKNOWN: Cost = {
  ...COST,
  total: null,
  note: 'not known: 12 invocations have no record of their execution',
};

function sectionText(cost: Cost): string {
  const { body } = costSection({ cost } as Analysis);
  return html`${body}`.markup.replaceAll(/<[^>]*>/g, ' ').replaceAll(/\s+/g, ' ');
}

describe('on the terminal', () => {
  test('a bill is one line with its table, and an estimate is called so', () => {
    const figures = '0.000501 USD, a million 0.382 [0.374, 0.39] · AWS Lambda us-east-1 x86_64 2026-09-19';
    expect(costLines(COST, 100)).toEqual([`cost ${figures}`]);
    expect(costLines({ ...COST, basis: 'estimate' }, 100)).toEqual([`cost estimate ${figures}`]);
  });
  test('what the cost leaves out stands below it, and where there is none the reason stands in its place', () => {
    const note = 'without what is not known: 3 records tell no memory limit';
    expect(costLines({ ...COST, note }, 100)[1]).toBe(`cost ${note}`);
    expect(costLines(UNKNOWN, 100)).toEqual(['cost not known: 12 invocations have no record of their execution']);
  });
  test('a function has its parts beside it', () => {
    const hello = COST.functions[0]!;
    expect(functionCostLine(hello)).toBe(
      'cost 0.000501 (14.3 GB-s, of them init 0.29, 1,312 requests), a million 0.382 [0.374, 0.39]',
    );
    const few: FunctionCost = { ...hello, per_million: { ...hello.per_million, low: null, high: null } };
    expect(functionCostLine(few)).toMatch(/a million 0\.382$/);
    expect(functionCostLine({ ...hello, total: null, note: UNKNOWN.note })).toMatch(/^cost not known/);
  });
  test('names out of a table of a user cannot act on the terminal, and long ones are broken', () => {
    const table = { ...COST.table, name: `\u001b[2J${'a very long name '.repeat(8)}` };
    const lines = costLines({ ...COST, table }, 100);
    expect(lines.join('')).not.toContain('\u001b');
    expect(lines.length).toBeGreaterThan(1);
    expect(lines.filter((line) => line.length > 100)).toEqual([]);
  });
});

describe('in the report', () => {
  test('the table has a line a function and one of the run, and says by which prices', () => {
    const text = sectionText({
      ...COST,
      functions: [
        { name: 'hello', ...FIGURES },
        { name: '<b>', ...FIGURES },
      ],
    });
    expect(text).toContain('In USD, by the list prices of AWS Lambda in us-east-1 for x86_64, of 2026-09-19.');
    expect(text).toContain('hello 1,312 14.3 0.29 0.000238 0.000262 0.000501 0.382 [0.374, 0.39] 0 0');
    expect(text).toContain('&lt;b&gt; 1,312');
    expect(text).toContain('the run 1,312');
    expect(text).toContain('file 9328de99bc65');
    expect(text).not.toContain('An estimate.');
  });
  test('an estimate says so first, and what it leaves out', () => {
    const text = sectionText({
      ...COST,
      basis: 'estimate',
      meaning: 'an estimate: what the same executions would be billed by …; the platform of this run sends no bill',
      note: 'without what is not known: 3 records tell no memory limit',
      init_billed: false,
    });
    expect(text).toMatch(/^ ?An estimate\. In USD, what the same executions would be billed by …; the platform/);
    expect(text).toContain('Without what is not known: 3 records tell no memory limit.');
    expect(text).toContain('On the day of the run the init was not billed yet.');
  });
  test('without a cost there is the reason and no table', () => {
    expect(sectionText(UNKNOWN)).toContain('Not known: 12 invocations have no record of their execution.');
    expect(sectionText({ ...UNKNOWN, note: 'nothing was executed' })).toContain('Nothing was executed.');
    expect(html`${costSection({ cost: UNKNOWN } as Analysis).body}`.markup).not.toContain('<table');
  });
});

test('every figure of the cost has its word, in the report and on its page, and every word is a figure', () => {
  const figures = Object.keys(FIGURES).filter((key) => key !== 'note');
  expect(COST_WORDS.map(([name]) => name).toSorted()).toEqual(figures.toSorted());
  const page = readFileSync(join(packageRoot, 'docs', 'cost.md'), 'utf8');
  const keys = [...figures, 'note', ...Object.keys(COST), ...priceKeys(pricesJsonSchema())];
  expect(keys.filter((key) => key !== '$schema' && !page.includes(key))).toEqual([]);
});
/** Every key that a table of prices may have. */
function priceKeys(node: unknown): string[] {
  if (typeof node !== 'object' || node === null) return [];
  const { properties } = node as { properties?: object };
  return [...Object.keys(properties ?? {}), ...Object.values(node).flatMap(priceKeys)];
}

test.each([
  [null, '–'],
  [0, '0'],
  [0.000_000_107, '0.000000107'],
  [0.382_21, '0.382'],
  [1.8, '1.8'],
  [99.96, '100'],
  [115_000.404, '115,000.4'],
])('an amount of %s is shown as %s', (value, text) => expect(amount(value)).toBe(text));

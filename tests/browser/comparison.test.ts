import { mkdtempSync, rmSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { compare } from '../../comparative/compare.js';
import type { SimulatedRun } from '../comparative/archive-fixture.js';
import { optionsFor, writeArchives } from '../comparative/charts/scenes.js';
import { launchChromium, openFile } from './browser.js';

/** A test name that would run, close elements, or break an attribute, wherever it were taken for markup. */
const HOSTILE = `<script>document.title='taken'</script>"'></style><img src=x onerror="document.title='taken'">`;
const HOSTILE_FUNCTION = `f</script>${HOSTILE}`;

const FIGURES = [
  'forest',
  'percentiles',
  'cdf',
  'quantile-shift',
  'warm-cold',
  'load-curve',
  'counters',
  'trend',
  'latency-over-time',
];

/** Two sides, by tags, of one category at five rates each, with counters of a host. */
const full = [0, 1].flatMap((side) =>
  [5, 10, 20, 40, 80].map((rate): SimulatedRun => ({
    test: `${HOSTILE}_${rate}ps`,
    tags: [side === 0 ? HOSTILE : 'plain'],
    instances: [
      {
        name: 'one',
        function: HOSTILE_FUNCTION,
        rows: 120,
        ratePerS: rate,
        medianMs: (20 + 8 * side) * (rate < 40 ? 1 : 9),
        coldShare: 0.1,
      },
      { name: 'two', function: 'cpu', rows: 60, ratePerS: rate },
    ],
    manifest: { faaslab_version: `0.${side}.0` },
    perf: {
      perf: `SELECT '${HOSTILE.replaceAll("'", "''")}' AS host, 10.0 * i AS time_ms, 1.0 / ${rate} AS ipc FROM range(5) AS t(i)`,
    },
  })),
);
/** Names of two hundred letters without a place to break, which differ in one letter in the middle; two functions likewise. */
const long = (letter: string) => `${'W'.repeat(100)}${letter}${'W'.repeat(100)}`;
const longNames = ['x', 'y'].map((letter): SimulatedRun => ({
  tags: [long(letter)],
  test: `test-${letter}`,
  instances: ['p', 'q'].map((name) => ({ name, function: long(name), rows: 300, coldShare: 0.1 })),
}));
const bare: SimulatedRun[] = [{ test: 'alone', instances: [{ rows: 12 }], without: ['cold'] }];

let browser: Browser;
let root: string;
const reports = { full: '', bare: '', long: '' };
beforeAll(async () => {
  browser = await launchChromium();
  root = mkdtempSync(join(tmpdir(), 'faaslab-test-'));
  await writeArchives(join(root, 'full'), full);
  await writeArchives(join(root, 'bare'), bare);
  await writeArchives(join(root, 'long'), longNames);
  const of = async (name: keyof typeof reports, more: object) =>
    (await compare({ ...optionsFor(join(root, name)), ...more, report: true })).written.report!;
  reports.full = await of('full', { baseline: HOSTILE, candidate: 'plain', gates: ['p50 +5%'] });
  reports.bare = await of('bare', {});
  reports.long = await of('long', { baseline: long('x'), candidate: long('y'), gates: ['p50 +5%'] });
});
afterAll(async () => {
  await browser?.close();
  rmSync(root, { recursive: true, force: true });
});

const figuresOf = (page: Page): Promise<string[]> =>
  page.evaluate(`[...document.querySelectorAll('.figure')].map((figure) => figure.id.replace('figure-', ''))`);

test('the page opens without a complaint, asks for nothing, and draws every figure', async () => {
  const { page, complaints, requests } = await openFile(browser, reports.full);
  expect([complaints, requests]).toEqual([[], []]);
  expect(await figuresOf(page)).toEqual(FIGURES);
  for (const name of FIGURES)
    expect(await page.locator(`#figure-${name} .live svg .role-mark path`).count(), name).toBeGreaterThan(2);
  const text = await page.locator('body').innerText();
  expect(text).toMatch(/cpu: /);
  expect(text).toMatch(/faaslab version\s+0\.0\.0\s+0\.1\.0/);
  expect(text).toContain('knee');
  await page.context().close();
});

test('hostile names of tests, tags, functions and hosts stay text', async () => {
  const { page, complaints } = await openFile(browser, reports.full);
  expect(complaints).toEqual([]);
  expect(await page.title()).toBe(`plain against ${HOSTILE}`);
  expect(await page.locator('h1').innerText()).toBe(`plain against ${HOSTILE}`);
  expect(await page.locator('img').count()).toBe(0);
  expect(await page.evaluate(`[...document.scripts].filter((script) => script.type === '').length`)).toBe(2);
  expect(await readFile(reports.full, 'utf8')).not.toContain('<script>document.title');
  await page.context().close();
});

test('the switch shows the cumulative distribution in place of the percentiles, at its full width', async () => {
  const { page, complaints } = await openFile(browser, reports.full);
  expect(await page.locator('#figure-cdf').isVisible()).toBe(false);
  await page.locator('#show-percentiles').focus();
  await page.keyboard.press('ArrowRight');
  await page.waitForFunction(`document.querySelector('#figure-cdf .live svg').clientWidth > 900`);
  expect(await page.locator('#figure-percentiles').isVisible()).toBe(false);
  expect(complaints).toEqual([]);
  await page.context().close();
});

/** The left edges of the plots of a grid's panels. */
const columnsOf = (page: Page, name: string): Promise<number> =>
  page.evaluate(`new Set([...document.querySelectorAll('#figure-${name} .live [class~="role-scope"] > g > .background')]
    .map((plot) => Math.round(plot.getBoundingClientRect().left))).size`);

test('panels stand two in a row on a screen, and one below the other on a phone', async () => {
  const { page } = await openFile(browser, reports.full);
  expect(await columnsOf(page, 'quantile-shift')).toBe(2);
  await page.setViewportSize({ width: 400, height: 800 });
  await expect.poll(() => columnsOf(page, 'quantile-shift')).toBe(1);
  await page.context().close();
});

test.each(['with', 'without'])('at 400 px in the dark nothing is wider than the page, %s JavaScript', async (way) => {
  const javaScriptEnabled = way === 'with';
  const options = { viewport: { width: 400, height: 800 }, colorScheme: 'dark', javaScriptEnabled } as const;
  const { page, complaints } = await openFile(browser, reports.full, options);
  expect(complaints).toEqual([]);
  expect(await page.locator('html').evaluate((element) => element.scrollWidth as number)).toBe(400);
  // without the script drawings scroll in their own frames
  expect(await page.locator('.drawn svg:visible').count()).toBe(javaScriptEnabled ? 0 : FIGURES.length - 1);
  for (const figure of await page.locator('.live svg:visible').all()) {
    const box = (await figure.boundingBox())!;
    expect(box.x + box.width, await figure.evaluate((svg) => svg.closest('figure')!.id as string)).toBeLessThanOrEqual(
      380.5,
    );
  }
  await page.context().close();
});

test.each(['with', 'without'])(
  'names of two hundred letters widen neither the page nor a picture, %s JavaScript',
  async (way) => {
    const options = { viewport: { width: 400, height: 800 }, javaScriptEnabled: way === 'with' };
    const { page, complaints } = await openFile(browser, reports.long, options);
    expect(complaints).toEqual([]);
    expect(await page.locator('html').evaluate((element) => element.scrollWidth as number)).toBe(400);
    // the box of the gate holds the names in full, broken within its frame
    const box = page.locator('.verdict', { hasText: 'p50 +5%' });
    expect(await box.evaluate((element) => (element.scrollWidth as number) <= (element.clientWidth as number))).toBe(
      true,
    );
    expect(await box.innerText()).toContain(`${long('p')}:`);
    for (const figure of await page.locator('.live svg:visible').all())
      expect((await figure.boundingBox())!.width).toBeLessThanOrEqual(361);
    await page.context().close();
  },
);

test('names that differ in the middle are told apart in the legend, and in full by the tooltip and the table', async () => {
  const { page } = await openFile(browser, reports.long);
  const legend = await page.locator('#figure-percentiles .live .role-legend-label text').allTextContents();
  expect(legend).toHaveLength(2);
  expect(legend[0]).toMatch(/^W+…x…W+$/);
  expect(legend[1]).toMatch(/^W+…y…W+$/);
  // in the middle of the window, where the contents do not cover it
  const box = page.locator('#figure-warm-cold .live .mark-rect path').first();
  await box.evaluate((element) => element.scrollIntoView({ block: 'center' }));
  await box.hover({ force: true });
  const tip = page.locator('.tip');
  await tip.waitFor({ state: 'visible' });
  expect(await tip.innerText()).toMatch(new RegExp(`${long('x')}|${long('y')}`));
  const cells = page.locator('#change td.line[title]');
  expect(new Set(await cells.evaluateAll((all) => all.map((cell) => cell.getAttribute('title') as string)))).toEqual(
    new Set([long('p'), long('q')]),
  );
  await page.context().close();
});

test('on paper no cell of a table lies beyond the edge', async () => {
  const { page } = await openFile(browser, reports.full, { viewport: { width: 718, height: 1000 } });
  await page.emulateMedia({ media: 'print' });
  const edges: number[] = await page.evaluate(
    `[...document.querySelectorAll('.table td')].map((cell) => cell.getBoundingClientRect().right)`,
  );
  expect(edges.length).toBeGreaterThan(20);
  expect(Math.max(...edges)).toBeLessThanOrEqual(718);
  await page.context().close();
});

test('hovering a point of the shift tells its quantile and its interval', async () => {
  const { page } = await openFile(browser, reports.full);
  await page.locator('#figure-quantile-shift .live .mark-symbol path').nth(4).hover();
  const tip = page.locator('.tip');
  await tip.waitFor({ state: 'visible' });
  expect(await tip.innerText()).toMatch(/quantile.*p50.*ratio.*from.*to/s);
  await page.context().close();
});

test('where there is nothing to draw, a sentence says why', async () => {
  const { page, complaints } = await openFile(browser, reports.bare);
  expect(complaints).toEqual([]);
  expect(await figuresOf(page)).toEqual(['cdf', 'latency-over-time']);
  const text = await page.locator('main').innerText();
  for (const why of ['two different rates', 'no counters of hosts', 'two runs that began', 'was a cold start'])
    expect(text).toContain(why);
  expect(await page.locator('nav a').allInnerTexts()).toEqual([
    'Distribution',
    'Cold starts',
    'Load',
    'Hosts',
    'Trend',
    'Time',
    'Runs',
    'Method',
  ]);
  await page.context().close();
});

import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { chartsOf } from '../../analyzer/charts/charts.js';
import { writeReport } from '../../analyzer/report/report.js';
import { sampleRun, type Sample } from '../analyzer/sample-analysis.js';
import { launchChromium, openFile } from './browser.js';

const EVIL = '<script>document.title = "owned"</script>';

let browser: Browser;
let valid: Sample;
let invalid: Sample;
beforeAll(async () => {
  browser = await launchChromium();
  valid = await sampleRun({ rows: 1_500, dropped: false, functions: [EVIL, 'a.b[0]', 'sleep'] });
  invalid = await sampleRun({ rows: 300 });
  for (const { directory, analysis, tables } of [valid, invalid])
    await writeReport(join(directory, 'report.html'), analysis, await chartsOf(analysis, tables));
});
afterAll(async () => {
  await browser?.close();
  await valid?.close();
  await invalid?.close();
});

const reportOf = ({ directory }: Sample) => join(directory, 'report.html');

/** How many marks of data each figure that a reader sees holds: bars, points, lines, areas and labels. */
function visibleMarks(page: Page, within: '.live' | '.drawn'): Promise<number[]> {
  return page.evaluate(`[...document.querySelectorAll('${within} svg')]
    .filter((svg) => svg.getBoundingClientRect().width > 0)
    .map((svg) => svg.querySelectorAll('.role-mark path, .role-mark text').length)`);
}

test('the report draws its figures without a complaint and without a request', async () => {
  const { page, complaints, requests } = await openFile(browser, reportOf(valid));
  // six charts, one of them behind the switch
  const marks = await visibleMarks(page, '.live');
  expect(marks).toHaveLength(5);
  for (const count of marks) expect(count).toBeGreaterThan(3);
  expect(await visibleMarks(page, '.drawn')).toEqual([]);
  expect(complaints).toEqual([]);
  expect(requests).toEqual([]);
  await page.context().close();
});

test('a function named like a script stays text, in tables and in figures', async () => {
  const { page } = await openFile(browser, reportOf(valid));
  expect(await page.title()).toBe('fixture · faaslab report');
  expect(await page.evaluate(`[...document.scripts].filter((script) => script.type === '').length`)).toBe(2);
  expect(await page.locator('td.name', { hasText: EVIL }).count()).toBeGreaterThan(0);
  expect(await page.locator('.live text', { hasText: '<script>' }).count()).toBeGreaterThan(0);
  await page.context().close();
});

test('the policy of the page refuses every load, whoever asks', async () => {
  let hits = 0;
  const server = createServer((_request, response) => {
    hits += 1;
    response.end();
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  const { page } = await openFile(browser, reportOf(valid));
  try {
    const refused = await page.evaluate(`new Promise((resolve) => {
      const refused = [];
      document.addEventListener('securitypolicyviolation', (event) => {
        refused.push(event.effectiveDirective);
        if (refused.length === 3) resolve(refused.sort());
      });
      fetch('${url}').catch(() => {});
      new Image().src = '${url}';
      document.head.append(Object.assign(document.createElement('script'), { src: '${url}' }));
    })`);
    expect(refused).toEqual(['connect-src', 'img-src', 'script-src-elem']);
    expect(hits).toBe(0);
  } finally {
    server.close();
    await page.context().close();
  }
});

test('without JavaScript the drawn figures stand, and the switch works', async () => {
  const { page } = await openFile(browser, reportOf(valid), { javaScriptEnabled: false });
  expect(await page.locator('.drawn svg').count()).toBe(6);
  expect(await page.locator('#figure-percentiles .drawn svg').isVisible()).toBe(true);
  expect(await page.locator('#figure-cdf .drawn svg').isVisible()).toBe(false);
  await page.locator('label[for=show-cdf]').click();
  expect(await page.locator('#figure-cdf .drawn svg').isVisible()).toBe(true);
  expect(await page.locator('#figure-percentiles .drawn svg').isVisible()).toBe(false);
  await page.context().close();
});

test('the switch works by keyboard, and the figure that appears fits the page', async () => {
  const { page, complaints } = await openFile(browser, reportOf(valid));
  await page.locator('#show-percentiles').focus();
  await page.keyboard.press('ArrowRight');
  await page.waitForFunction(`document.querySelector('#figure-cdf .live svg').clientWidth > 900`);
  expect(complaints).toEqual([]);
  await page.context().close();
});

test.each(['with', 'without'])('at 400 px nothing makes the page scroll sideways, %s JavaScript', async (way) => {
  const javaScriptEnabled = way === 'with';
  const viewport = { width: 400, height: 800 };
  const { page } = await openFile(browser, reportOf(valid), { viewport, javaScriptEnabled });
  // what is folded counts, too
  for (const summary of await page.locator('summary').all()) await summary.click();
  expect(await page.locator('html').evaluate((element) => element.scrollWidth as number)).toBe(400);
  // the page's own margin is 20 px
  const figures = await page.locator('.live svg:visible').all();
  expect(figures).toHaveLength(javaScriptEnabled ? 5 : 0);
  for (const figure of figures) {
    const box = (await figure.boundingBox())!;
    expect(box.x + box.width).toBeLessThanOrEqual(380.5);
  }
  await page.context().close();
});

test('hovering a bar tells its part and its share', async () => {
  const { page } = await openFile(browser, reportOf(valid));
  await page.locator('#figure-breakdown .live .mark-rect.role-mark path').last().hover();
  const tip = page.locator('.tip');
  await tip.waitFor({ state: 'visible' });
  expect(await tip.innerText()).toMatch(/function.*part.*mean ms/s);
  await page.context().close();
});

test('dragging over the arrivals zooms the rows below, a double click shows all again', async () => {
  const { page, complaints } = await openFile(browser, reportOf(valid));
  await page.locator('#figure-timeline .live svg').scrollIntoViewIfNeeded();
  const labels = () => page.locator('#figure-timeline .live .role-axis-label text').allInnerTexts();
  const before = await labels();
  const plot = (await page.locator('#figure-timeline .live .mark-group.role-scope .background').first().boundingBox())!;
  const y = plot.y + plot.height / 2;
  await page.mouse.move(plot.x + plot.width * 0.4, y);
  await page.mouse.down();
  await page.mouse.move(plot.x + plot.width * 0.6, y, { steps: 4 });
  await page.mouse.up();
  await expect.poll(labels).not.toEqual(before);
  await page.mouse.dblclick(plot.x + plot.width * 0.8, y);
  await expect.poll(labels).toEqual(before);
  expect(complaints).toEqual([]);
  await page.context().close();
});

test('dark follows the system: light text on a dark page, in figures as well', async () => {
  const brightness = (page: Page, selector: string, property: string): Promise<number> =>
    page.evaluate(`(() => {
      const colour = getComputedStyle(document.querySelector('${selector}')).${property}.match(/\\d+/g).map(Number);
      return (colour[0] + colour[1] + colour[2]) / 3;
    })()`);
  for (const colorScheme of ['light', 'dark'] as const) {
    const { page } = await openFile(browser, reportOf(valid), { colorScheme });
    const isDark = colorScheme === 'dark';
    expect((await brightness(page, 'body', 'backgroundColor')) < 60).toBe(isDark);
    expect((await brightness(page, 'body', 'color')) > 180).toBe(isDark);
    expect((await brightness(page, '.live .role-axis-label text', 'fill')) > 130).toBe(isDark);
    await page.context().close();
  }
});

test('on paper every figure is there as drawn, in light colours, and nothing of the controls', async () => {
  const { page } = await openFile(browser, reportOf(invalid), { colorScheme: 'dark' });
  await page.emulateMedia({ media: 'print', colorScheme: 'dark' });
  expect(await visibleMarks(page, '.drawn')).toHaveLength(6);
  expect(await visibleMarks(page, '.live')).toEqual([]);
  for (const control of ['nav', '.veil', '#lift-veil', '.switch > label'])
    expect(await page.locator(control).first().isVisible()).toBe(false);
  expect(await page.evaluate('getComputedStyle(document.body).color')).toBe('rgb(31, 35, 40)');
  await page.context().close();
});

test('the veil of an invalid run is lifted by a click on it, and by the keyboard', async () => {
  for (const way of ['click', 'keyboard'] as const) {
    const { page } = await openFile(browser, reportOf(invalid));
    const veil = page.locator('.veil');
    expect(await veil.isVisible()).toBe(true);
    if (way === 'click') await veil.click({ position: { x: 200, y: 200 } });
    else {
      await page.locator('#lift-veil').focus();
      await page.keyboard.press('Space');
    }
    expect(await veil.isVisible()).toBe(false);
    await page.context().close();
  }
});

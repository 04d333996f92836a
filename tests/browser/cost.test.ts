import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { chartsOf } from '../../analyzer/charts/charts.js';
import { writeReport } from '../../analyzer/report/report.js';
import { sampleRun, type Sample } from '../analyzer/sample-analysis.js';
import { launchChromium, openFile } from './browser.js';

const EVIL = '<script>document.title = "owned"</script>';

let browser: Browser;
let priced: Sample;
let unknown: Sample;
beforeAll(async () => {
  browser = await launchChromium();
  priced = await sampleRun({ rows: 300, dropped: false, functions: [EVIL, 'sleep', 'cpu'] });
  unknown = await sampleRun({ rows: 40, dropped: false, pulled: false });
  for (const { directory, analysis, tables } of [priced, unknown])
    await writeReport(join(directory, 'report.html'), analysis, await chartsOf(analysis, tables));
});
afterAll(async () => {
  await browser?.close();
  await priced?.close();
  await unknown?.close();
});

test('the section of the cost is reached from the contents, and holds a line for each function and one of the run', async () => {
  const { page, complaints, requests } = await openFile(browser, join(priced.directory, 'report.html'));
  await page.locator('nav a[href="#cost"]').click();
  const section = page.locator('#cost');
  expect(await section.locator('h2').innerText()).toBe('What did it cost?');
  expect(await section.locator('p').first().innerText()).toMatch(
    /^An estimate\..*AWS Lambda in us-east-1.*2026-09-19/s,
  );
  const names = section.locator('tbody tr > :first-child');
  expect(await names.allInnerTexts()).toEqual([EVIL, 'sleep', 'cpu', 'the run']);
  const cells = await section.locator('tbody tr').last().locator('td').allInnerTexts();
  expect(cells[0]).toBe('300');
  const figure = page.locator('#speed .figures div', { hasText: 'Est. cost per million' });
  // the same figure in both places
  expect(cells[6]).toContain((await figure.locator('.large').innerText()).replace(/\s*USD$/, ''));
  expect([complaints, requests, await page.title()]).toEqual([[], [], 'fixture · faaslab report']);
  await page.context().close();
});

test('its table scrolls within itself at 400 px', async () => {
  const viewport = { width: 400, height: 800 };
  const { page } = await openFile(browser, join(priced.directory, 'report.html'), { viewport });
  const width = (of: 'scrollWidth' | 'clientWidth'): Promise<number> =>
    page.locator('#cost .table').evaluate((element, of) => (element as unknown as Record<string, number>)[of]!, of);
  expect(await width('scrollWidth')).toBeGreaterThan(await width('clientWidth'));
  expect(await width('clientWidth')).toBeLessThanOrEqual(360);
  await page.context().close();
});

test('without records the section says why there is no cost, and no figure stands in its place', async () => {
  const { page } = await openFile(browser, join(unknown.directory, 'report.html'));
  expect(await page.locator('#cost').innerText()).toContain(
    'Not known: 40 invocations have no record of their execution.',
  );
  expect(await page.locator('#cost table').count()).toBe(0);
  expect(await page.locator('#speed .figures', { hasText: 'cost' }).count()).toBe(0);
  await page.context().close();
});

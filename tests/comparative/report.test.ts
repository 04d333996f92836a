import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Browser } from 'playwright-core';
import { compare } from '../../comparative/compare.js';
import { launchChromium, openFile } from '../browser/browser.js';
import { emptyFolder } from '../support/programs.js';
import { FIRST_START, writeSimulatedArchive } from './archive-fixture.js';

let browser: Browser;
beforeAll(async () => {
  browser = await launchChromium();
});
afterAll(() => browser.close());

/** A test name that would run, close elements, or break an attribute, wherever it were taken for markup. */
const HOSTILE = `<script>document.title='taken'</script>"'></style><img src=x onerror="document.title='taken'">`;

async function report(tests: [string, string], functionName = 'hello'): Promise<string> {
  const root = emptyFolder();
  for (const [i, test] of tests.entries()) {
    await writeSimulatedArchive(root, {
      test,
      startEpochMs: FIRST_START + i * 60_000,
      instances: [
        { name: 'one', function: functionName, rows: 600, medianMs: 20 + 8 * i },
        { name: 'two', function: 'cpu', rows: 400, ratePerS: 10 + 10 * i },
      ],
      manifest: { faaslab_version: `0.${i}.0` },
    });
  }
  const { written } = await compare({
    archive: root,
    sinceMs: null,
    gates: ['p50 +5%'],
    seed: 1,
    customPlotFile: null,
    out: join(root, 'out'),
    plot: false,
    report: true,
    tables: null,
  });
  return written.report!;
}

test('the page opens without a complaint, asks for nothing, and shows its sentences and drawn figures', async () => {
  const { page, complaints, requests } = await openFile(browser, await report(['json_5ps', 'json_20ps']));
  expect([complaints, requests]).toEqual([[], []]);
  const text = await page.locator('body').innerText();
  expect(text).toMatch(/hello: response p50 \+\d+ %/);
  expect(text).toMatch(/faaslab version\s+0\.0\.0\s+0\.1\.0/);
  // forest, percentiles, load curve, scatter
  expect(await page.locator('figure').count()).toBe(4);
  for (const figure of await page.locator('figure').all())
    expect(await figure.locator('.live svg path').count()).toBeGreaterThan(3);
});

test('hostile names of tests and functions stay text', async () => {
  const path = await report([HOSTILE, 'plain'], `f</script>${HOSTILE}`);
  const { page, complaints } = await openFile(browser, path);
  expect(complaints).toEqual([]);
  expect(await page.title()).toBe(`plain against ${HOSTILE}`);
  expect(await page.locator('img').count()).toBe(0);
  expect(await page.locator('h1').innerText()).toBe(`plain against ${HOSTILE}`);
  expect(await readFile(path, 'utf8')).not.toContain(`<script>document.title`);
});

test('without JavaScript, and on a phone in the dark, the drawings and the tables stand', async () => {
  const path = await report(['a', 'b']);
  const still = await openFile(browser, path, { javaScriptEnabled: false });
  // no load curve: the two tests are of two categories
  expect(await still.page.locator('.drawn svg:visible').count()).toBe(3);
  const phone = await openFile(browser, path, { viewport: { width: 400, height: 800 }, colorScheme: 'dark' });
  expect(phone.complaints).toEqual([]);
  // wide tables and drawings scroll in their own frames; the page itself does not
  expect(await phone.page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(400);
});

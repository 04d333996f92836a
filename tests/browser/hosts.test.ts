import { copyFileSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { chartsOf } from '../../analyzer/charts/charts.js';
import { readMonitors } from '../../analyzer/monitors/monitoring.js';
import { writeReport } from '../../analyzer/report/report.js';
import { packageRoot } from '../../common/package-root.js';
import { sampleRun, type Sample } from '../analyzer/sample-analysis.js';
import { launchChromium, openFile } from './browser.js';
import { pixelsBesideFrames } from './frames.js';

const EVIL = '<img src=x onerror="document.title=1">';
const FIXTURES = join(packageRoot, 'tests', 'fixtures', 'monitoring');

let browser: Browser;
let sample: Sample;
/** Two hosts with what the tools really wrote; the clock of the second is off by as much as its samples are old. */
beforeAll(async () => {
  browser = await launchChromium();
  sample = await sampleRun({ rows: 600, dropped: false });
  const { directory, analysis, tables } = sample;
  for (const folder of ['one', 'two']) mkdirSync(join(directory, 'monitors', folder), { recursive: true });
  copyFileSync(join(FIXTURES, 'perf', 'text.out'), join(directory, 'monitors', 'one', 'perf-mon.out'));
  copyFileSync(join(FIXTURES, 'sampler', 'embedded.ndjson'), join(directory, 'monitors', 'two', 'sampler.ndjson'));
  const [, first] = readFileSync(join(FIXTURES, 'sampler', 'embedded.ndjson'), 'utf8').split('\n');
  const sampledMs = (JSON.parse(first!) as { epoch_us: number }).epoch_us / 1_000;
  // Its first sample is one from before plan zero, as the sampler takes it.
  const offset_ms = sampledMs - analysis.manifest.start_epoch_ms! + 600;
  const clock = [{ at_ms: 0, offset_ms, uncertainty_ms: 0.4 }];
  const manifest = {
    ...analysis.manifest,
    monitors: [
      {
        role: 'runtime_script' as const,
        host: 'one',
        script: 'mine.sh',
        status: 'ok' as const,
        message: null,
        start_ms: 20,
      },
      { role: 'host' as const, host: EVIL, script: 'ssh b', status: 'lost' as const, message: 'it broke', start_ms: 0 },
    ],
    monitored_hosts: [
      { name: 'one', folder: 'monitors/one', ssh: null, clock: [] },
      { name: EVIL, folder: 'monitors/two', ssh: 'b', clock },
    ],
  };
  analysis.manifest = manifest;
  const onWarning = (warning: string) => void analysis.warnings.push(warning);
  analysis.monitoring = await readMonitors(tables, directory, manifest, { onWarning });
  await writeReport(join(directory, 'report.html'), analysis, await chartsOf(analysis, tables));
});
afterAll(async () => {
  await browser?.close();
  await sample?.close();
});

test('each host has a panel of its own on the axis of the run, with how well its times are known', async () => {
  const { page, complaints } = await openFile(browser, join(sample.directory, 'report.html'));
  const headings = await page.locator('#figure-timeline .live .role-title-text text').allTextContents();
  expect(headings).toEqual(['host one', `host ${EVIL}`]);
  const subtitles = await page.locator('#figure-timeline .live .role-title-subtitle text').allTextContents();
  expect(subtitles).toEqual(['placed approximately', 'times ± 0.4 ms']);
  const titles = await page.locator('#figure-timeline .live .role-axis-title').allTextContents();
  expect(titles.filter((title) => title === 'time since plan zero (s)')).toHaveLength(3);
  expect(titles.join(' ')).toMatch(/functions: ?CPU %/);
  // This perf ran where there were no hardware counters.
  const words = (await page.locator('#figure-timeline .live .mark-text text').allTextContents()).join(' ');
  expect(words).toContain('not drawn: perf: IPC (perf could not count it here)');
  expect(await page.title()).not.toBe('1');
  expect(await page.getByText(`Host on ${EVIL}: it broke`).count()).toBe(1);
  expect(await page.locator('td.name', { hasText: EVIL }).count()).toBeGreaterThan(0);
  expect(complaints).toEqual([]);
  await page.context().close();
});

test('dragging over the arrivals zooms the panels of the hosts as well, and no curve leaves its frame', async () => {
  const { page } = await openFile(browser, join(sample.directory, 'report.html'));
  const plots = page.locator('#figure-timeline .live .mark-group.role-scope .background');
  await plots.first().scrollIntoViewIfNeeded();
  const axes = page.locator('#figure-timeline .live .role-axis-label');
  // Labels of the time: below the rows of the run and below each panel.
  expect(await pixelsBesideFrames(page, '#figure-timeline')).toBe(0);
  const wholeRuns = async () => (await axes.allTextContents()).filter((labels) => labels === '051015202530').length;
  expect(await wholeRuns()).toBe(3);
  // Readings lie before plan zero and behind the end, but one moment has one place in all rows.
  const strayTimes = () => page.evaluate<string[]>(STRAY_TIMES);
  expect(await strayTimes()).toEqual([]);
  const plot = (await plots.first().boundingBox())!;
  const y = plot.y + plot.height / 2;
  await page.mouse.move(plot.x + plot.width * 0.1, y);
  await page.mouse.down();
  await page.mouse.move(plot.x + plot.width * 0.3, y, { steps: 4 });
  await page.mouse.up();
  await expect.poll(wholeRuns).toBe(0);
  // away from the plot, for the words of the pointer lie over it
  await page.mouse.move(2, 2);
  expect(await strayTimes()).toEqual([]);
  expect(await pixelsBesideFrames(page, '#figure-timeline')).toBe(0);
  await page.context().close();
});

test('on a narrow page no title and no legend makes the plots narrower than the page', async () => {
  const { page } = await openFile(browser, join(sample.directory, 'report.html'), {
    viewport: { width: 400, height: 800 },
  });
  const widths = await page.evaluate<number[]>(
    `[...document.querySelectorAll('#figure-timeline .live .mark-group.role-scope .background')].map((plot) => plot.getBoundingClientRect().width)`,
  );
  expect(widths.length).toBeGreaterThan(10);
  // All plots are of one width, and legends have smaller backgrounds. 400 px less the margins of the page and some 90 px of an axis;
  // the least that a figure may have is 120 px.
  expect(Math.max(...widths)).toBeGreaterThan(230);
  expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(400);
  await page.context().close();
});

/** Rows below the first, which does not zoom, whose lines of the time axis are not where those of the last row are. */
const STRAY_TIMES = `(() => {
  const rows = [...document.querySelectorAll('#figure-timeline .live .mark-group.role-scope')].slice(1);
  const linesOf = (row) => [...row.querySelectorAll('.role-axis-grid line')]
    .filter((line) => line.getAttribute('x2') === '0')
    .map((line) => /translate\\(([^,]+),/.exec(line.getAttribute('transform'))?.[1]).join(' ');
  const drawn = rows.map(linesOf).filter((lines) => lines !== '');
  return drawn.length < 10 ? ['only ' + drawn.length + ' rows'] : drawn.filter((lines) => lines !== drawn.at(-1));
})()`;

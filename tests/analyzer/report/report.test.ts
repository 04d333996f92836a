import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import type { Analysis } from '../../../analyzer/analysis.js';
import { chartsOf } from '../../../analyzer/charts/charts.js';
import { number, percent, withInterval } from '../../../analyzer/report/numbers.js';
import { writeReport } from '../../../analyzer/report/report.js';
import { WORDS } from '../../../analyzer/report/words.js';
import type { FixtureOptions } from '../../support/run-fixture.js';
import { sampleRun, type Sample } from '../sample-analysis.js';

let sample: Sample | undefined;
afterEach(async () => {
  await sample?.close();
  sample = undefined;
});

/** The report's HTML without its drawings, scripts and styles, tags made spaces. */
async function reportText(options: FixtureOptions, change: (analysis: Analysis) => void = () => {}): Promise<string> {
  sample = await sampleRun(options);
  change(sample.analysis);
  const path = join(sample.directory, 'report.html');
  await writeReport(path, sample.analysis, await chartsOf(sample.analysis, sample.tables));
  const page = await readFile(path, 'utf8');
  return page
    .replaceAll(/<(svg|script|style)[\s\S]*?<\/\1>/g, '')
    .replaceAll(/<[^>]*>/g, ' ')
    .replaceAll(/\s+/g, ' ');
}

test('a valid run says so with a sign, its lateness and its ledger', async () => {
  const text = await reportText({ dropped: false }, (analysis) => {
    analysis.manifest.config['limits'] = { lateness_budget_ms: 10 };
  });
  expect(text).toContain('✓ Valid.');
  expect(text).toContain(
    '600 invocations left in time (lateness p99 0.053 ms, budget 10 ms); none was dropped or lost.',
  );
  expect(text).toMatch(/planned 600 = ok \d+ \+ failed \d+ \+ dropped 0 \+ lost 0/);
  expect(text).not.toContain('Show the figures all the same');
});

test('an invalid run says why and lays a veil over its figures', async () => {
  const text = await reportText({});
  expect(text).toContain('✗ Invalid.');
  expect(text).toContain('1 of the planned invocations dropped at the in-flight limit.');
  expect(text).toContain('Show the figures all the same');
});

test('warnings and missed thresholds are remarks, each once', async () => {
  const text = await reportText({ dropped: false }, (analysis) => {
    analysis.manifest.warnings = ['the certificate was not verified'];
    analysis.warnings = ['the certificate was not verified', '3 of 600 activations have no record'];
    analysis.thresholds = [
      { name: 'response_ms.p99', scope: 'overall', condition: '< 100', value: 231.7, met: false, note: null },
      { name: 'error_rate', scope: 'naps', condition: '< 0.1', value: 0.01, met: true, note: null },
    ];
  });
  expect(text).toContain('! Valid, with remarks.');
  expect(text.match(/certificate was not verified/g)).toHaveLength(1);
  expect(text).toContain('3 of 600 activations have no record.');
  expect(text).toContain('Threshold missed: response_ms.p99 &lt; 100 (overall), it is 232.');
  expect(text).not.toContain('naps)');
});

test('a remark begins with a capital, but the name of a file or a key stays as it is written', async () => {
  const text = await reportText({ dropped: false }, (analysis) => {
    analysis.warnings = [
      'monitors/vm/perf-mon.out: it is empty',
      'runtime_script m.sh on vm: it failed',
      'endpoint.qualifier: means nothing here',
      'sampler on vm: it failed',
    ];
  });
  for (const kept of ['monitors/vm/perf-mon.out: ', 'runtime_script m.sh on vm: ', 'endpoint.qualifier: '])
    expect(text).toContain(kept);
  expect(text).toContain('Sampler on vm: it failed.');
});

test('too few rows for a quantile give the reason in its place', async () => {
  expect(await reportText({ rows: 600 })).toMatch(/too few \(\d+ &lt; 1,000\)/);
});

test('a run without activations says what it cannot tell instead of drawing it', async () => {
  const text = await reportText({ rows: 200, pulled: false });
  expect(text).toContain('no row of this run has both');
  expect(text).toContain('do not tell which activations were cold');
});

test('a run of accepted invocations shows the time to acceptance', async () => {
  const text = await reportText({ rows: 600, blocking: false, dropped: false });
  expect(text).toContain('Acceptance p50');
});

test('what was only accepted and failed on the platform is not completed', async () => {
  let failures = 0;
  const text = await reportText({
    rows: 600,
    blocking: false,
    dropped: false,
    activation(row) {
      if (row.success === false) failures += 1;
      return row;
    },
  });
  expect(failures).toBeGreaterThan(0);
  expect(text.replaceAll(/\s+/g, ' ')).toContain(`${600 - failures} known to be done without failure`);
});

test('names and error messages are text, and long examples are cut', async () => {
  const evil = `<img src=x onerror="alert('1')">`;
  const text = await reportText({ functions: [evil, 'b', 'c'] }, (analysis) => {
    analysis.errors = [
      { function: evil, outcome: 'failed', error: evil, status: 502, count: 3, example: `${evil}${'x'.repeat(2_000)}` },
    ];
    analysis.test_name = evil;
    analysis.manifest.endpoint.url = evil;
    analysis.manifest.config_path = evil;
  });
  expect(text).not.toContain('<img');
  expect(text.match(/&lt;img src=x onerror=&quot;alert\(&#39;1&#39;\)&quot;&gt;/g)!.length).toBeGreaterThanOrEqual(6);
  expect(text).toContain(`${'x'.repeat(500)}`);
  expect(text).not.toContain('x'.repeat(700));
});

test('the command to repeat the run names its directory, and --embedded where the ground truth lies in it', async () => {
  const text = await reportText({ testName: "it's here" });
  // the directory is /tmp/…/20261121T083320Z_it%27s%20here: percent-encoded, so it needs no quotes
  expect(text).toMatch(/WorkloadInvoker --replay \/\S+_it%27s%20here /);
  expect(text).not.toContain('here --embedded');
  await writeFile(join(sample!.directory, 'truth.ndjson'), '');
  const path = join(sample!.directory, 'report.html');
  await writeReport(path, sample!.analysis, []);
  expect(await readFile(path, 'utf8')).toContain('here --embedded');
});

test('what the load generator cost is told, and what held up the thread that fires', async () => {
  const text = await reportText({});
  expect(text).toContain('12 % of a core, event loop p99 1.2 ms, at most 96 MiB');
  expect(text).toMatch(
    /its firing thread: 9 % of a core, 0\.4 % of the time without a processor, longest pause .* 1\.5 ms/,
  );
  const older = await reportText({}, ({ manifest }) => void delete manifest.generator!.threads);
  expect(older).not.toContain('its firing thread');
});

test('every column of the joined table has its word, and every word is a column', async () => {
  sample = await sampleRun({ rows: 20 });
  const columns = await sample.tables.query<{ column_name: string }>('DESCRIBE joined_whole');
  expect(WORDS.map(([name]) => name).toSorted()).toEqual(columns.map(({ column_name }) => column_name).toSorted());
});

test('the page of a long run stays below 3 MB', async () => {
  await reportText({ rows: 12_000, dropped: false });
  expect((await stat(join(sample!.directory, 'report.html'))).size).toBeLessThan(3_000_000);
});

test('numbers have three significant digits; what is unknown is a dash', () => {
  expect([0.0147, 0.31, 41.23, 1312.4, 0, null, Number.NaN].map(number)).toEqual([
    '0.0147',
    '0.31',
    '41.2',
    '1,312',
    '0',
    '–',
    '–',
  ]);
  expect([0.0214, 0, null].map(percent)).toEqual(['2.14 %', '0 %', '–']);
  const estimate = { value: 3.1, low: 3, high: 3.2, n: 900, method: 'sectioning', note: null } as const;
  expect(withInterval(estimate).markup).toBe('3.1 <small>[3, 3.2]</small>');
  expect(withInterval({ ...estimate, low: null, high: null }).markup).toBe('3.1');
  expect(withInterval({ ...estimate, value: null, note: 'too few (9 < 20)' }).markup).toBe(
    '<small>too few (9 &lt; 20)</small>',
  );
});

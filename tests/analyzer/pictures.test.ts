import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { chartsOf } from '../../analyzer/charts/charts.js';
import { resultsSpec } from '../../analyzer/charts/results.js';
import { writePictures, writeResultsPng } from '../../analyzer/pictures.js';
import { sampleRun, type Sample } from './sample-analysis.js';

let folder: string;
let sample: Sample;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'faaslab-plots-'));
  sample = await sampleRun({ rows: 400 });
});
afterAll(async () => {
  await sample.close();
  await rm(folder, { recursive: true });
});

test('every chart is written as SVG and PNG with its title in the picture', async () => {
  const charts = await chartsOf(sample.analysis, sample.tables);
  const paths = await writePictures(join(folder, 'plots'), charts);
  expect(paths).toEqual(
    charts.flatMap(({ name }) => ['svg', 'png'].map((end) => join(folder, 'plots', `${name}.${end}`))),
  );
  for (const [i, { title }] of charts.entries()) {
    expect(await readFile(paths[2 * i]!, 'utf8')).toContain(`>${title}<`);
    expect((await readFile(paths[2 * i + 1]!)).subarray(1, 4).toString()).toBe('PNG');
  }
});

test('results.png is written to every place, the same in each', async () => {
  const places = [join(folder, 'run', 'results.png'), join(folder, 'results.png')];
  await writeResultsPng(sample.tables, places);
  const [first, second] = await Promise.all(places.map((place) => readFile(place)));
  expect(first!.equals(second!)).toBe(true);
  expect(first!.readUInt32BE(16)).toBeGreaterThan(1_000);
});

test('its four panels hold duration, init, wait and latency against the start since the first', async () => {
  const spec = (await resultsSpec(sample.tables)) as {
    concat: { data: { values: { t: number; ms: number }[] }; encoding: { y: { title: string } } }[];
  };
  expect(spec.concat.map(({ encoding }) => encoding.y.title)).toEqual([
    'duration (ms)',
    'init time (ms)',
    'wait time (ms)',
    'latency (ms)',
  ]);
  const [most] = await sample.tables.query<{ init: number; latency: number }>(
    'SELECT max(init_ms) AS init, max(latency_ms) AS latency FROM joined',
  );
  const tops = spec.concat.map(({ data }) => Math.max(...data.values.map(({ ms }) => ms)));
  expect(tops[1]).toBeCloseTo(most!.init, 3);
  expect(tops[3]).toBeCloseTo(most!.latency, 3);
  // only the first of cold starts has an init; a warm one is absent from that panel, not at 0
  expect(Math.min(...spec.concat[1]!.data.values.map(({ ms }) => ms))).toBeGreaterThan(0);
  expect(Math.min(...spec.concat[0]!.data.values.map(({ t }) => t))).toBe(0);
});

test('without activations results.png still is a picture and says what is missing', async () => {
  const bare = await sampleRun({ rows: 50, pulled: false });
  try {
    expect(JSON.stringify(await resultsSpec(bare.tables))).toContain('no activation has this figure');
    await writeResultsPng(bare.tables, [join(folder, 'bare.png')]);
    expect((await readFile(join(folder, 'bare.png'))).subarray(1, 4).toString()).toBe('PNG');
  } finally {
    await bare.close();
  }
});

import { Resvg } from '@resvg/resvg-js';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { compileSpec } from '../../plotting/compile.js';
import { writePicture } from '../../plotting/picture-files.js';
import { renderPng, renderSvg } from '../../plotting/render.js';

const bars = {
  width: 300,
  height: 80,
  data: {
    values: [
      { name: 'hello', ms: 3 },
      { name: '<script>alert(1)</script>', ms: 100 },
    ],
  },
  mark: 'bar',
  encoding: {
    x: { field: 'ms', type: 'quantitative', title: 'response time (ms)' },
    y: { field: 'name', type: 'nominal', title: null },
  },
};

test('a chart becomes an SVG with a bar a row, and names from the run are text in it', async () => {
  const svg = await renderSvg(bars);
  expect(svg).toMatch(/^<svg /);
  expect(svg.match(/aria-roledescription="bar"/g)).toHaveLength(2);
  expect(svg).toContain('&lt;script&gt;alert(1)&lt;/script&gt;');
  expect(svg).not.toContain('<script');
});

test('text is really drawn in the PNG: without its text elements the picture has less ink', async () => {
  const svg = await renderSvg(bars);
  const withText = inkOf(await renderPng(svg));
  const withoutText = inkOf(await renderPng(svg.replaceAll(/<text[^>]*>[^<]*<\/text>/g, '')));
  // "response time (ms)" alone has 18 characters of some 40 dark pixels each at double scale.
  expect(withText - withoutText).toBeGreaterThan(700);
});

test('a PNG is as large as its scale says', async () => {
  const svg = await renderSvg(bars);
  const width = Number(/width="(\d+)"/.exec(svg)![1]);
  for (const scale of [1, 2, 3]) {
    const png = Buffer.from(await renderPng(svg, { scale }));
    expect(png.subarray(1, 4).toString('latin1')).toBe('PNG');
    expect(png.readUInt32BE(16)).toBe(width * scale);
  }
});

test('what Vega-Lite would only warn of is an error', () => {
  expect(() => compileSpec({ ...bars, encoding: { ...bars.encoding, colour: { field: 'name' } } })).toThrow(
    /Vega-Lite/,
  );
});

test('rows are never fetched: a chart that names a URL is an error, not a request', async () => {
  const { data, ...rest } = bars;
  expect(data.values).toHaveLength(2);
  await expect(renderSvg({ ...rest, data: { url: 'http://127.0.0.1:9/rows.json' } })).rejects.toThrow(/load nothing/);
});

test('50,000 points are drawn as SVG and PNG', async () => {
  const values = Array.from({ length: 50_000 }, (_, i) => ({ t: i, ms: 1 + ((i * 7919) % 1000) }));
  const svg = await renderSvg({
    width: 600,
    height: 300,
    data: { values },
    mark: { type: 'point', aria: false },
    encoding: { x: { field: 't', type: 'quantitative' }, y: { field: 'ms', type: 'quantitative' } },
  });
  expect(svg.match(/<path /g)!.length).toBeGreaterThanOrEqual(50_000);
  expect(inkOf(await renderPng(svg, { scale: 1 }))).toBeGreaterThan(10_000);
});

test('a picture is written as SVG and PNG under a name that stays in its folder', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'faaslab-pictures-'));
  try {
    const paths = await writePicture(join(folder, 'plots'), '../outside', bars);
    expect(paths.map((path) => path.startsWith(join(folder, 'plots')))).toEqual([true, true]);
    expect((await readdir(join(folder, 'plots'))).sort()).toEqual(['..%2Foutside.png', '..%2Foutside.svg']);
    expect(await readFile(paths[0]!, 'utf8')).toMatch(/^<svg/);
  } finally {
    await rm(folder, { recursive: true });
  }
});

/** Pixels that are not white. */
function inkOf(png: Uint8Array): number {
  const encoded = Buffer.from(png).toString('base64');
  const [width, height] = [Buffer.from(png).readUInt32BE(16), Buffer.from(png).readUInt32BE(20)];
  const picture = new Resvg(
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}"><image href="data:image/png;base64,${encoded}" width="${width}" height="${height}"/></svg>`,
  ).render();
  // each reading of `pixels` copies all of them
  const { pixels } = picture;
  let ink = 0;
  for (let at = 0; at < pixels.length; at += 4) if (pixels[at + 1]! < 200) ink += 1;
  return ink;
}

import { createHash } from 'node:crypto';
import { Resvg } from '@resvg/resvg-js';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { callFunction, RUNTIMES, type Called } from './call-function.js';
import { CHANNELS, pngOf, rgbaOf, type Picture } from './png.js';

interface Resized {
  to: [number, number];
  digest: string;
  image: string;
}

function digestOf(width: number, height: number, rgba: Buffer): string {
  const size = Buffer.alloc(8);
  size.writeUInt32BE(width, 0);
  size.writeUInt32BE(height, 4);
  return createHash('sha256').update(size).update(rgba).digest('hex');
}

const KINDS: [Picture['type'], Picture['depth']][] = [
  ...([1, 2, 4, 8, 16] as const).map((depth): [0, typeof depth] => [0, depth]),
  ...([1, 2, 4, 8] as const).map((depth): [3, typeof depth] => [3, depth]),
  ...([2, 4, 6] as const).flatMap((type): [typeof type, 8 | 16][] => [
    [type, 8],
    [type, 16],
  ]),
];

const picture: fc.Arbitrary<Picture> = fc
  .record({
    kind: fc.constantFrom(...KINDS),
    width: fc.integer({ min: 1, max: 11 }),
    height: fc.integer({ min: 1, max: 6 }),
    filters: fc.array(fc.integer({ min: 0, max: 4 }), { minLength: 1, maxLength: 6 }),
    chunkBytes: fc.integer({ min: 5, max: 500 }),
    hidesSome: fc.boolean(),
  })
  .chain(({ kind: [type, depth], width, height, hidesSome, ...rest }) => {
    const colours = type === 3 ? Math.min(2 ** depth, 7) : 2 ** depth;
    const byte = fc.integer({ min: 0, max: 255 });
    return fc.record({
      ...Object.fromEntries(Object.entries(rest).map(([key, value]) => [key, fc.constant(value)])),
      type: fc.constant(type),
      depth: fc.constant(depth),
      width: fc.constant(width),
      height: fc.constant(height),
      samples: fc.array(fc.integer({ min: 0, max: colours - 1 }), {
        minLength: width * height * CHANNELS[type],
        maxLength: width * height * CHANNELS[type],
      }),
      ...(type === 3
        ? { palette: fc.array(fc.tuple(byte, byte, byte), { minLength: colours, maxLength: colours }) }
        : {}),
      ...(hidesSome && type === 3 ? { transparent: fc.array(byte, { maxLength: colours }) } : {}),
    }) as fc.Arbitrary<Picture>;
  })
  .map((made) => {
    // A transparent colour that no pixel has would show nothing: the first pixel's.
    if ((made.type !== 0 && made.type !== 2) || made.samples[0]! % 2 === 0) return made;
    return { ...made, transparent: made.samples.slice(0, CHANNELS[made.type]) };
  });

const pictures = fc.sample(picture, { numRuns: 300, seed: 8 });

describe.each(RUNTIMES)('image_resize on %s', (runtime) => {
  const call = (payloads: unknown[]): Promise<Called[]> =>
    callFunction(`image_resize/image_resize.${runtime === 'node' ? 'js' : 'py'}`, runtime, 'main', payloads);
  const resize = async (payloads: unknown[]): Promise<Resized[]> =>
    (await call(payloads)).map(({ answer }) => answer as Resized);

  test('a PNG of any kind and filter is read as it was written', async () => {
    const same = await resize(
      pictures.map((made) => ({ image: pngOf(made).toString('base64'), width: made.width, height: made.height })),
    );
    expect(same.map(({ digest }) => digest)).toEqual(
      pictures.map((made) => {
        const rgba = rgbaOf(made);
        // What cannot be seen has no colour.
        for (let at = 0; at < rgba.length; at += 4) if (rgba[at + 3] === 0) rgba.fill(0, at, at + 4);
        return digestOf(made.width, made.height, rgba);
      }),
    );
  });

  test('a PNG that another program wrote is read, and what comes out it reads as well', async () => {
    const svg = (inside: string, size: number): string =>
      `<svg xmlns="http://www.w3.org/2000/svg" width="${size}" height="${size}">${inside}</svg>`;
    const drawn = new Resvg(
      svg('<rect width="64" height="64" fill="#fa3"/><circle cx="30" cy="30" r="20" fill="#06c"/>', 64),
    ).render();
    const image = drawn.asPng().toString('base64');
    const [same, halved] = await resize([{ image, width: 64 }, { image }]);
    expect(same!.digest).toBe(digestOf(64, 64, drawn.pixels));
    // Every pixel of the half is the mean of four; the picture is opaque.
    const half = Buffer.alloc(32 * 32 * 4);
    for (let y = 0; y < 32; y += 1) {
      for (let x = 0; x < 32 * 4; x += 1) {
        const pixel = 8 * (x >> 2) + (x & 3);
        const four = [0, 4, 256, 260].map((more) => drawn.pixels[2 * y * 256 + pixel + more]!);
        half[y * 128 + x] = Math.floor(four.reduce((total, value) => total + value, 2) / 4);
      }
    }
    expect(halved!.digest).toBe(digestOf(32, 32, half));
    const again = new Resvg(svg(`<image width="32" height="32" href="data:image/png;base64,${halved!.image}"/>`, 32));
    expect(Buffer.from(again.render().pixels).equals(half)).toBe(true);
  });

  test('what is no PNG, a broken or an interlaced one, and a size that cannot be, are told', async () => {
    const png = pngOf({ width: 2, height: 2, type: 0, depth: 8, samples: [1, 2, 3, 4], filters: [0], chunkBytes: 99 });
    const changed = (at: number, ...bytes: number[]): string => {
      const copy = Buffer.from(png);
      copy.set(bytes, at);
      return copy.toString('base64');
    };
    const whole = png.toString('base64');
    const answers = await call([
      { image: 'not base64!' },
      { image: Buffer.from('GIF89a').toString('base64') },
      { image: png.subarray(0, 50).toString('base64') }, // ends within its data
      { image: changed(16, 0, 0, 0, 9) }, // wider than its data
      { image: changed(16, 0, 255) }, // 16 million pixels wide
      { image: changed(28, 1) }, // interlaced
      { image: changed(25, 5) }, // no such colour type
      { image: whole, width: '07', height: '3' }, // as a query has them
      { image: whole, width: 4097 },
      { image: whole, height: 'x' },
    ]);
    const error = (message: unknown) => ({ answer: { error: message } });
    expect(answers).toEqual([
      error('image must be a PNG in base64'),
      error('the picture is no PNG; convert it to one'),
      error('the PNG is not whole'),
      error('the PNG is not whole'),
      error('the picture must have from 1 to 4194304 pixels, got 16711682 × 2'),
      error('the PNG is interlaced; write it without'),
      error('the PNG is of no known kind'),
      { answer: expect.objectContaining({ to: [7, 3] }) },
      error('width must be a whole number from 1 to 4096, got 4097'),
      error('height must be a whole number from 1 to 4096, got "x"'),
    ]);
  });
});

test.skipIf(RUNTIMES.length < 2)('both runtimes compute the same pixels for any size', async () => {
  const side = fc.option(fc.integer({ min: 1, max: 23 }), { nil: undefined });
  const sizes = fc.sample(fc.record({ width: side, height: side }), { numRuns: pictures.length, seed: 9 });
  const payloads = pictures.map((made, at) => ({ image: pngOf(made).toString('base64'), ...sizes[at] }));
  const [python, node] = await Promise.all(
    (['python', 'node'] as const).map(async (runtime) => {
      const file = `image_resize/image_resize.${runtime === 'node' ? 'js' : 'py'}`;
      return (await callFunction(file, runtime, 'main', payloads)).map(({ answer }) => {
        const { to, digest } = answer as Resized;
        return { to, digest };
      });
    }),
  );
  expect(python!.every(({ digest }) => /^[0-9a-f]{64}$/.test(digest))).toBe(true);
  expect(python).toEqual(node);
});

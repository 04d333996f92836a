import { crc32, deflateSync } from 'node:zlib';

/** A picture as it stands in a PNG: samples of each line, before their filter. */
export interface Picture {
  width: number;
  height: number;
  /** 0 grey, 2 colour, 3 palette, 4 grey with alpha, 6 colour with alpha */
  type: 0 | 2 | 3 | 4 | 6;
  depth: 1 | 2 | 4 | 8 | 16;
  /** by line, then by pixel, then by channel */
  samples: number[];
  /** of type 3: a colour each */
  palette?: [number, number, number][];
  /** of types 0 and 2 the transparent colour, of type 3 the opacities of its first colours */
  transparent?: number[];
  /** which filter each line has; the last one for all that follow */
  filters: number[];
  /** how many bytes of data stand in a chunk */
  chunkBytes: number;
}

export const CHANNELS = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 } as const;

/** Writes a PNG of any kind, as https://www.w3.org/TR/2003/REC-PNG-20031110/ has it; sections 7.2 (packing) and 9 (filters). */
export function pngOf(picture: Picture): Buffer {
  const { width, height, type, depth, palette, transparent, chunkBytes } = picture;
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([depth, type, 0, 0, 0], 8);
  const data = deflateSync(Buffer.concat(filteredLines(picture)));
  const pieces = Array.from({ length: Math.ceil(data.length / chunkBytes) }, (_, at) =>
    chunk('IDAT', data.subarray(at * chunkBytes, (at + 1) * chunkBytes)),
  );
  const bytes = type === 3 ? transparent : transparent?.flatMap((value) => [value >> 8, value & 255]);
  return Buffer.concat([
    Buffer.from('89504e470d0a1a0a', 'hex'),
    chunk('IHDR', header),
    ...(palette === undefined ? [] : [chunk('PLTE', Buffer.from(palette.flat()))]),
    ...(bytes === undefined ? [] : [chunk('tRNS', Buffer.from(bytes))]),
    ...pieces,
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

function chunk(name: string, content: Buffer): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(content.length);
  const crc = Buffer.alloc(4);
  crc.writeUInt32BE(crc32(Buffer.concat([Buffer.from(name), content])));
  return Buffer.concat([length, Buffer.from(name), content, crc]);
}

function filteredLines({ width, height, type, depth, samples, filters }: Picture): Buffer[] {
  const perLine = width * CHANNELS[type];
  const step = Math.max(1, (CHANNELS[type] * depth) / 8);
  const lines = Array.from({ length: height }, (_, y) => packed(samples.slice(y * perLine, (y + 1) * perLine), depth));
  return lines.map((line, y) => {
    const filter = filters[Math.min(y, filters.length - 1)]!;
    const above = lines[y - 1] ?? Buffer.alloc(line.length);
    const filtered = line.map((byte, x) => {
      const [left, up, corner] = [line[x - step] ?? 0, above[x]!, x < step ? 0 : above[x - step]!];
      return byte - [0, left, up, Math.floor((left + up) / 2), nearest(left, up, corner)][filter]!;
    });
    return Buffer.concat([Buffer.from([filter]), filtered]);
  });
}

/** Paeth's predictor: the neighbour that is nearest to left + up − corner; of equals the first in this order. */
function nearest(left: number, up: number, corner: number): number {
  const guess = left + up - corner;
  return [left, up, corner].reduce((best, next) => (Math.abs(guess - next) < Math.abs(guess - best) ? next : best));
}

function packed(samples: number[], depth: number): Buffer {
  const bits = samples.map((sample) => sample.toString(2).padStart(depth, '0')).join('');
  return Buffer.from((bits.match(/.{1,8}/g) ?? []).map((byte) => Number.parseInt(byte.padEnd(8, '0'), 2)));
}

/** What each pixel shows, as 8-bit RGBA; sections 13.12 (more and fewer bits) and 11.3.2 (transparency). */
export function rgbaOf({ type, depth, samples, palette, transparent }: Picture): Buffer {
  const channels = CHANNELS[type];
  const eighth = (value: number): number => (depth === 16 ? value >> 8 : (value * 255) / (2 ** depth - 1));
  const pixels = Array.from({ length: samples.length / channels }, (_, at) => {
    const pixel = samples.slice(at * channels, (at + 1) * channels);
    if (type === 3) return [...palette![pixel[0]!]!, transparent?.[pixel[0]!] ?? 255];
    const colours = type === 4 || type === 6 ? pixel.slice(0, -1) : pixel;
    const hidden = transparent !== undefined && colours.every((value, channel) => value === transparent[channel]);
    const alpha = colours.length < channels ? eighth(pixel.at(-1)!) : hidden ? 0 : 255;
    const shown = colours.map(eighth);
    return [...(shown.length === 1 ? [shown[0]!, shown[0]!, shown[0]!] : shown), alpha];
  });
  return Buffer.from(pixels.flat());
}

'use strict';
/**
 * Resizes a PNG picture. Reads every kind of PNG but interlaced ones; writes 8-bit RGBA. Nothing but Node's own zlib: the
 * pixels are computed in whole numbers, so that image_resize.py, the twin, gives the same.
 * @see Portable Network Graphics (PNG) Specification, second edition, https://www.w3.org/TR/2003/REC-PNG-20031110/
 */
const { createHash } = require('node:crypto');
const { deflateSync, inflateSync } = require('node:zlib');

const MOST_PIXELS = 4_194_304; // 2048 × 2048
const LONGEST_SIDE = 4_096;
const SIGNATURE = Buffer.from('\x89PNG\r\n\x1a\n', 'latin1');
/** samples of a pixel, by colour type; type 3 has one, an index into the palette */
const CHANNELS = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 };

/** OpenWhisk's entry; to a web action the picture itself is the answer. */
function main(params) {
  try {
    const { counts, png } = resized(params);
    if (params['__ow_method'] === undefined) return params.image === undefined ? counts : { ...counts, image: png };
    const headers = { 'Content-Type': 'image/png', 'X-Pixels-SHA256': counts.digest };
    return { statusCode: 200, headers, body: png };
  } catch (fault) {
    const { message } = fault;
    // A web client is shown an error only in the form of an answer.
    return { error: params['__ow_method'] === undefined ? message : { statusCode: 400, body: message } };
  }
}

/** Lambda's entry; an event of a function URL has the picture in its body. */
async function handler(event) {
  const { body, isBase64Encoded, queryStringParameters, ...params } = event ?? {};
  if (body === undefined) {
    const { counts, png } = resized(params);
    return params.image === undefined ? counts : { ...counts, image: png };
  }
  const image = isBase64Encoded ? body : Buffer.from(body, 'latin1').toString('base64');
  const { counts, png } = resized({ ...queryStringParameters, image });
  const headers = { 'Content-Type': 'image/png', 'X-Pixels-SHA256': counts.digest };
  return { statusCode: 200, headers, body: png, isBase64Encoded: true };
}

/**
 * Resizes `image`, a PNG in base64 (the body of a web action: `__ow_body`), else a picture of its own of 256 × 256.
 * @returns sizes, the SHA-256 of width, height (32 bits each, most significant byte first) and RGBA pixels; the PNG in base64
 * @throws  RangeError, TypeError a picture or size that cannot be
 * @throws  Error the PNG that was written does not give its pixels again
 */
function resized({ image, __ow_body: body, width, height }) {
  const given = image ?? (body === '' ? undefined : body);
  const source = decode(given === undefined ? encode(sample()) : bytesOf(given));
  // The default halves the picture; of one side only, the other follows.
  const across = side(width, 'width') ?? scaled(source.width, side(height, 'height'), source.height);
  const down = side(height, 'height') ?? scaled(source.height, side(width, 'width'), source.width);
  const target = resize(source, across, down);
  const png = encode(target);
  if (!decode(png).pixels.equals(target.pixels)) throw new Error('self-check: the PNG does not give its pixels again');
  const size = Buffer.alloc(8);
  size.writeUInt32BE(across, 0);
  size.writeUInt32BE(down, 4);
  const digest = createHash('sha256').update(size).update(target.pixels).digest('hex');
  const counts = { from: [source.width, source.height], to: [across, down], bytes: png.length, digest };
  return { counts, png: png.toString('base64') };
}

function bytesOf(text) {
  if (typeof text === 'string' && /^[A-Za-z0-9+/]*={0,2}$/.test(text)) return Buffer.from(text, 'base64');
  throw new TypeError('image must be a PNG in base64');
}

/** A side in pixels; a query's is a text. null = not given */
function side(value, name) {
  if (value === undefined) return null;
  const pixels = typeof value === 'string' && /^[0-9]{1,5}$/.test(value) ? Number(value) : value;
  if (Number.isInteger(pixels) && pixels >= 1 && pixels <= LONGEST_SIDE) return pixels;
  throw new RangeError(`${name} must be a whole number from 1 to ${LONGEST_SIDE}, got ${JSON.stringify(value)}`);
}

/** A side in the proportion of the other one; half of it where the other is not given either. Half a pixel is rounded up. */
function scaled(own, otherTarget, other) {
  const [times, over] = otherTarget === null ? [1, 2] : [otherTarget, other];
  return Math.min(LONGEST_SIDE, Math.max(1, Math.floor((2 * own * times + over) / (2 * over))));
}

/**
 * The mean of what each pixel of the target covers of the source, weighted by area and, for colours, by opacity. Sums are
 * whole numbers below 2⁵³, and divided once, half up.
 */
function resize(source, width, height) {
  const rows = new Float64Array(source.height * width * 4);
  const across = coverage(source.width, width);
  for (let y = 0; y < source.height; y += 1) {
    for (const [x, parts] of across.entries()) {
      const to = (y * width + x) * 4;
      for (let part = 0; part < parts.length; part += 2) {
        const at = (y * source.width + parts[part]) * 4;
        const alpha = source.pixels[at + 3] * parts[part + 1];
        rows[to] += source.pixels[at] * alpha;
        rows[to + 1] += source.pixels[at + 1] * alpha;
        rows[to + 2] += source.pixels[at + 2] * alpha;
        rows[to + 3] += alpha;
      }
    }
  }
  const pixels = Buffer.alloc(width * height * 4);
  const area = source.width * source.height;
  const sums = new Float64Array(4);
  for (const [y, parts] of coverage(source.height, height).entries()) {
    for (let x = 0; x < width; x += 1) {
      sums.fill(0);
      for (let part = 0; part < parts.length; part += 2) {
        const at = (parts[part] * width + x) * 4;
        for (let channel = 0; channel < 4; channel += 1) sums[channel] += rows[at + channel] * parts[part + 1];
      }
      const to = (y * width + x) * 4;
      for (let channel = 0; channel < 3; channel += 1) pixels[to + channel] = rounded(sums[channel], sums[3]);
      pixels[to + 3] = rounded(sums[3], area);
    }
  }
  return { width, height, pixels };
}

/** For each pixel of the target, which of the source it covers and how much: at, weight, at, weight…, the weights adding up to `length`. */
function coverage(length, target) {
  return Array.from({ length: target }, (_, to) => {
    const [begin, end] = [to * length, (to + 1) * length];
    const parts = [];
    for (let at = Math.floor(begin / target); at * target < end; at += 1) {
      parts.push(at, Math.min(end, (at + 1) * target) - Math.max(begin, at * target));
    }
    return parts;
  });
}

function rounded(sum, total) {
  return total === 0 ? 0 : Math.floor((2 * sum + total) / (2 * total));
}

/** @returns the picture as 8-bit RGBA */
function decode(png) {
  if (!png.subarray(0, 8).equals(SIGNATURE)) throw new TypeError('the picture is no PNG; convert it to one');
  const chunks = chunksOf(png);
  const header = chunks.IHDR;
  if (header?.length !== 13 || chunks.IDAT === undefined) throw new TypeError('the PNG is not whole');
  const [width, height] = [header.readUInt32BE(0), header.readUInt32BE(4)];
  const [depth, type, , , interlaced] = header.subarray(8);
  if (interlaced !== 0) throw new TypeError('the PNG is interlaced; write it without');
  if (width * height > MOST_PIXELS || width === 0 || height === 0) {
    throw new RangeError(`the picture must have from 1 to ${MOST_PIXELS} pixels, got ${width} × ${height}`);
  }
  if (CHANNELS[type] === undefined || ![1, 2, 4, 8, 16].includes(depth))
    throw new TypeError('the PNG is of no known kind');
  const stride = Math.ceil((width * CHANNELS[type] * depth) / 8);
  const lines = inflate(chunks.IDAT, height * (stride + 1));
  unfilter(lines, height, stride, Math.max(1, (CHANNELS[type] * depth) >> 3));
  const pixels = Buffer.alloc(width * height * 4);
  // Our own kind, which every picture is read back in: nothing is left to compute.
  const toPixel = type === 6 && depth === 8 ? null : pixelReader(type, depth, chunks);
  for (let y = 0; y < height; y += 1) {
    const line = lines.subarray(y * (stride + 1) + 1, (y + 1) * (stride + 1));
    if (toPixel === null) pixels.set(line, y * width * 4);
    else for (let x = 0; x < width; x += 1) pixels.set(toPixel(line, x), (y * width + x) * 4);
  }
  return { width, height, pixels };
}

/** The content of chunks by their name; a picture's data may stand in several. */
function chunksOf(png) {
  const chunks = {};
  for (let at = 8; at + 12 <= png.length;) {
    const length = png.readUInt32BE(at);
    const name = png.toString('latin1', at + 4, at + 8);
    const content = png.subarray(at + 8, at + 8 + length);
    if (content.length < length) throw new TypeError('the PNG is not whole');
    chunks[name] = name === 'IDAT' && chunks.IDAT !== undefined ? Buffer.concat([chunks.IDAT, content]) : content;
    at += 12 + length;
  }
  return chunks;
}

/** @param length what must come out: more is not read, so that a small PNG cannot fill memory */
function inflate(data, length) {
  let lines;
  try {
    lines = inflateSync(data, { maxOutputLength: length });
  } catch {
    throw new TypeError('the PNG is not whole');
  }
  if (lines.length !== length) throw new TypeError('the PNG is not whole');
  return lines;
}

/** Undoes each line's filter in place (section 9). `step`: bytes from a sample to the one before. */
function unfilter(lines, height, stride, step) {
  for (let y = 0; y < height; y += 1) {
    const begin = y * (stride + 1) + 1;
    const filter = lines[begin - 1];
    if (filter > 4) throw new TypeError('the PNG is not whole');
    if (filter === 0) continue;
    for (let x = 0; x < stride; x += 1) {
      const left = x < step ? 0 : lines[begin + x - step];
      const up = y === 0 ? 0 : lines[begin + x - stride - 1];
      const corner = x < step || y === 0 ? 0 : lines[begin + x - stride - 1 - step];
      if (filter === 1) lines[begin + x] += left;
      else if (filter === 2) lines[begin + x] += up;
      else if (filter === 3) lines[begin + x] += (left + up) >> 1;
      else lines[begin + x] += paeth(left, up, corner);
    }
  }
}

function paeth(left, up, corner) {
  const guess = left + up - corner;
  const fromLeft = Math.abs(guess - left);
  const fromUp = Math.abs(guess - up);
  const fromCorner = Math.abs(guess - corner);
  if (fromLeft <= fromUp && fromLeft <= fromCorner) return left;
  return fromUp <= fromCorner ? up : corner;
}

/** How a pixel is read from its line, by colour type; `tRNS` names a transparent colour, or the palette's opacities. */
function pixelReader(type, depth, { PLTE: palette = Buffer.alloc(0), tRNS: transparent }) {
  const most = 2 ** depth - 1;
  const channels = CHANNELS[type];
  const sample = (line, at) => {
    if (depth === 16) return line.readUInt16BE(at * 2);
    if (depth === 8) return line[at];
    const bit = at * depth;
    return (line[bit >> 3] >> (8 - depth - (bit & 7))) & most;
  };
  const eighth = (value) => (depth === 16 ? value >> 8 : (value * 255) / most);
  if (type === 3) {
    return (line, x) => {
      const at = sample(line, x);
      if (at * 3 + 3 > palette.length) throw new TypeError('the PNG is not whole');
      return [palette[at * 3], palette[at * 3 + 1], palette[at * 3 + 2], transparent?.[at] ?? 255];
    };
  }
  return (line, x) => {
    const samples = Array.from({ length: channels }, (_, at) => sample(line, x * channels + at));
    const hasAlpha = type === 4 || type === 6;
    const colours = hasAlpha ? samples.slice(0, -1) : samples;
    const isHidden =
      transparent !== undefined &&
      !hasAlpha &&
      colours.every((value, at) => value === transparent.readUInt16BE(at * 2));
    const alpha = hasAlpha ? eighth(samples.at(-1)) : isHidden ? 0 : 255;
    const [red, green = red, blue = red] = colours.map(eighth);
    return [red, green, blue, alpha];
  };
}

/** 8-bit RGBA, each line filtered by the difference to the pixel on its left. */
function encode({ width, height, pixels }) {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 6, 0, 0, 0], 8);
  const stride = width * 4;
  const lines = Buffer.alloc(height * (stride + 1));
  for (let y = 0; y < height; y += 1) {
    const [to, from] = [y * (stride + 1) + 1, y * stride];
    lines[to - 1] = 1;
    for (let x = 0; x < stride; x += 1) lines[to + x] = pixels[from + x] - (x < 4 ? 0 : pixels[from + x - 4]);
  }
  const parts = [chunk('IHDR', header), chunk('IDAT', deflateSync(lines)), chunk('IEND', Buffer.alloc(0))];
  return Buffer.concat([SIGNATURE, ...parts]);
}

function chunk(name, content) {
  const part = Buffer.concat([Buffer.alloc(4), Buffer.from(name, 'latin1'), content, Buffer.alloc(4)]);
  part.writeUInt32BE(content.length, 0);
  part.writeUInt32BE(crc32(part.subarray(4, -4)), part.length - 4);
  return part;
}

/** Annex D of the specification; zlib.crc32 is younger than some of the runtimes. */
const CRCS = Uint32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit += 1) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  return crc;
});

function crc32(bytes) {
  let crc = 0xffffffff;
  for (const byte of bytes) crc = CRCS[(crc ^ byte) & 255] ^ (crc >>> 8);
  return (crc ^ 0xffffffff) >>> 0;
}

/** Two slopes, a pattern of both, and an opacity that falls towards the lower right. */
function sample() {
  const pixels = Buffer.alloc(256 * 256 * 4);
  for (let y = 0; y < 256; y += 1) {
    for (let x = 0; x < 256; x += 1) pixels.set([x, y, x ^ y, 255 - ((x * y) >> 9)], (y * 256 + x) * 4);
  }
  return { width: 256, height: 256, pixels };
}

exports.main = main;
exports.handler = handler;

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/** The font files that come with the package dejavu-fonts-ttf, so that text shows on a machine that has no fonts. */
export const FONT_FILES = fontFiles();

function fontFiles(): { regular: string; bold: string } {
  const folder = join(dirname(createRequire(import.meta.url).resolve('dejavu-fonts-ttf/package.json')), 'ttf');
  return {
    regular: join(folder, 'DejaVuSansCondensed.ttf'),
    bold: join(folder, 'DejaVuSansCondensed-Bold.ttf'),
  };
}

/** How far each character moves the pen, in units of the font size. */
interface AdvanceWidths {
  glyphOf: Map<number, number>;
  advances: Float64Array;
}

const loaded = new Map<string, AdvanceWidths>();

/**
 * Width of a text in pixels as the renderer will draw it. Vega asks a canvas for this; there is none here, and its
 * fallback of 0.8 of the font size a character is half too wide, which leaves legends gaping and drops axis labels.
 *
 * @param size font size in pixels
 */
export function textWidth(text: string, size: number, bold: boolean): number {
  const path = bold ? FONT_FILES.bold : FONT_FILES.regular;
  let font = loaded.get(path);
  if (font === undefined) loaded.set(path, (font = readAdvanceWidths(readFileSync(path))));
  let units = 0;
  for (const char of text) units += font.advances[font.glyphOf.get(char.codePointAt(0)!) ?? 0]!;
  return units * size;
}

/**
 * Reads the tables `head`, `hhea`, `hmtx` and `cmap` (format 4: the Basic Multilingual Plane) of a TrueType file.
 * @see Apple, TrueType Reference Manual, chapter 6; OpenType specification, cmap
 */
function readAdvanceWidths(file: Buffer): AdvanceWidths {
  const table = (tag: string) => {
    for (let at = 12; at < 12 + 16 * file.readUInt16BE(4); at += 16)
      if (file.toString('latin1', at, at + 4) === tag) return file.subarray(file.readUInt32BE(at + 8));
    throw new Error(`the font has no table ${tag}`);
  };
  const unitsPerEm = table('head').readUInt16BE(18);
  const metrics = table('hmtx');
  const count = table('hhea').readUInt16BE(34);
  const advances = new Float64Array(table('maxp').readUInt16BE(4)).map(
    // Glyphs beyond the last pair share its advance.
    (_, glyph) => metrics.readUInt16BE(4 * Math.min(glyph, count - 1)) / unitsPerEm,
  );
  return { glyphOf: readCharacterMap(table('cmap')), advances };
}

function readCharacterMap(cmap: Buffer): Map<number, number> {
  const glyphOf = new Map<number, number>();
  for (let i = 0; i < cmap.readUInt16BE(2); i += 1) {
    const map = cmap.subarray(cmap.readUInt32BE(4 + 8 * i + 4));
    if (map.readUInt16BE(0) === 4) readSegments(map, glyphOf);
  }
  return glyphOf;
}

/** Format 4: four parallel lists of segment ends, starts, deltas and offsets, each of segCount 16-bit numbers. */
function readSegments(map: Buffer, glyphOf: Map<number, number>): void {
  const bytes = map.readUInt16BE(6);
  for (let at = 0; at < bytes; at += 2) {
    const end = map.readUInt16BE(14 + at);
    const start = map.readUInt16BE(16 + bytes + at);
    const delta = map.readUInt16BE(16 + 2 * bytes + at);
    const offsetAt = 16 + 3 * bytes + at;
    const offset = map.readUInt16BE(offsetAt);
    for (let code = start; code <= end && code !== 0xffff; code += 1) {
      // An offset counts from its own place in the file to the glyph's number; without one the delta alone tells it.
      const glyph = offset === 0 ? code : map.readUInt16BE(offsetAt + offset + 2 * (code - start));
      if (glyph !== 0) glyphOf.set(code, (glyph + delta) & 0xffff);
    }
  }
}

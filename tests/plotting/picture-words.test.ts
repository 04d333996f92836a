import { Resvg } from '@resvg/resvg-js';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { FONT_FILES, textWidth } from '../../plotting/font.js';
import { withWords, wrappedText } from '../../plotting/picture-words.js';
import { renderSvg } from '../../plotting/render.js';

const bars = {
  width: 300,
  height: 80,
  data: { values: [{ name: 'hello', ms: 3 }] },
  mark: 'bar',
  encoding: { x: { field: 'ms', type: 'quantitative' }, y: { field: 'name', type: 'nominal' } },
};
const WORDS = {
  title: 'How much changed',
  about: 'baseline “v1”: 5 runs, 2,000 rows',
  caption: 'Bars are 95 % intervals by Welch’s t. '.repeat(8).trim(),
};

interface Placed {
  text: string;
  x: number;
  y: number;
  size: number;
  bold: boolean;
}

/** The words that were set, each with its place; those of the picture itself are placed by transforms. */
function placed(svg: string): Placed[] {
  return [...svg.matchAll(/<text x="([\d.]+)" y="([\d.]+)"([^>]*) font-size="([\d.]+)px"([^>]*)>([^<]*)</g)].map(
    ([, x, y, , size, more, text]) => ({
      text: text!,
      x: Number(x),
      y: Number(y),
      size: Number(size),
      bold: more!.includes('bold'),
    }),
  );
}

test('title and about stand above the picture, the caption below it, and none of it is cut or lies on another', async () => {
  const plain = await renderSvg(bars);
  const svg = withWords(plain, WORDS);
  const [, width, height] = /width="(\d+)" height="(\d+)" viewBox="0 0 \1 \2"/.exec(svg)!.map(Number) as [
    number,
    number,
    number,
  ];
  const words = placed(svg);
  expect(
    words
      .map(({ text }) => text)
      .join(' ')
      .replaceAll('\u00a0', ' '),
  ).toBe(`${WORDS.title} ${WORDS.about} ${WORDS.caption}`);
  for (const { text, x, size, bold } of words) expect(x + textWidth(text, size, bold)).toBeLessThanOrEqual(width);
  const [, top] = /<g transform="translate\(0,(\d+)\)"><rect/.exec(svg)!;
  const inner = Number(/height="(\d+)"/.exec(plain)![1]);
  const above = words.filter(({ size }) => size > 11);
  const below = words.filter(({ size }) => size === 11);
  expect(above.every(({ y }) => y < Number(top))).toBe(true);
  // a line's letters reach at most their size above its base
  expect(below.every(({ y, size }) => y - size >= Number(top) + inner && y + 4 < height)).toBe(true);
  const lines = below.map(({ y }) => y);
  expect(lines.every((y, i) => i === 0 || y - lines[i - 1]! >= 11)).toBe(true);
});

test('a name that would be markup, an entity, a control character or turn the line around is text and nothing else', async () => {
  const about = '<b>&amp;\u0001 \u202eback ]]> \ud800';
  const svg = withWords(await renderSvg(bars), { ...WORDS, about });
  expect(svg).toContain('&lt;b&gt;&amp;amp;\ufffd \ufffdback ]]&gt; \ufffd');
  const font = { loadSystemFonts: false, fontFiles: [FONT_FILES.regular] };
  expect(new Resvg(svg, { font }).render().width).toBeGreaterThan(0);
});

test('names of rows that XML forbids do not make the file unreadable', async () => {
  const svg = await renderSvg({ ...bars, data: { values: [{ name: 'f\u0007\ufffe\ud800', ms: 3 }] } });
  expect(svg).toContain('f\ufffd\ufffd\ufffd');
  expect(new Resvg(svg).render().width).toBeGreaterThan(0);
});

test('whatever the text: no line is wider than its room, and nothing of it is lost', () => {
  const word = fc.string({ unit: fc.constantFrom('a', 'W', '名', '🙂', '-', ' '), maxLength: 120 });
  fc.assert(
    fc.property(word, fc.integer({ min: 60, max: 300 }), (text, room) => {
      const lines = wrappedText(text, room, 11);
      for (const line of lines) expect(textWidth(line, 11, false)).toBeLessThanOrEqual(room);
      expect(lines.join('').replaceAll(' ', '')).toBe(text.replaceAll(' ', ''));
    }),
  );
});

test('a line breaks between words, and a word that no line can hold goes on where the last ended', () => {
  // of 11 px a letter a is 6.07 px wide in this typeface, so seven fit into 45 px
  expect(wrappedText('aaa aaa aaa', 45, 11)).toEqual(['aaa aaa', 'aaa']);
  expect(wrappedText(`aa ${'a'.repeat(8)}`, 45, 11)).toEqual(['aa aaaa', 'aaaa']);
  expect(wrappedText('  ', 45, 11)).toEqual([]);
});

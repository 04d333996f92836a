import { textWidth } from './font.js';
import { escapeHtml } from './html.js';
import { charactersOf } from './name-fitting.js';
import { FONT, INK } from './theme.js';
import { withoutForbidden } from './xml-characters.js';

/** What stands around a picture that is shown without a page, as in a paper. */
export interface PictureWords {
  title: string;
  /** below the title: of what it is */
  about: string;
  /** below the picture: how to read it, and how its figures came about */
  caption: string;
}

/** Between the edge of a picture and its words, px, as Vega's own padding in the theme. */
const PADDING = 12;
/** Narrower pictures are widened, or their words would make a tower. */
const LEAST_WIDTH = 600;
const TITLE = { size: 15, line: 19, bold: true, ink: INK.text };
const ABOUT = { size: 12, line: 16, bold: false, ink: INK.muted };
const CAPTION = { size: 11, line: 15, bold: false, ink: INK.muted };

/** Sets title and words above a drawn picture, and the caption below it, wrapped so that nothing is cut at its width. */
export function withWords(svg: string, { title, about, caption }: PictureWords): string {
  const opening = /^<svg [^>]*>/.exec(svg)![0];
  const size = (name: string) => Number(new RegExp(` ${name}="([\\d.]+)"`).exec(opening)![1]);
  const width = Math.max(LEAST_WIDTH, size('width'));
  const above = [...setLines(title, TITLE, width), ...setLines(about, ABOUT, width)];
  const below = setLines(caption, CAPTION, width);
  // Vega leaves its padding above and below the picture, which serves as the gap to the words.
  const top = above.length === 0 ? 0 : PADDING + heightOf(above);
  const end = top + size('height');
  const height = Math.ceil(below.length === 0 ? end : end + heightOf(below) + PADDING);
  const picture = svg.slice(opening.length, svg.lastIndexOf('</svg>'));
  return withoutForbidden(
    [
      opening.replace(/ width="[^"]*" height="[^"]*" viewBox="[^"]*"/, sizeText(width, height)),
      `<rect width="${width}" height="${height}" fill="${INK.surface}"/>`,
      drawn(above, PADDING),
      `<g transform="translate(0,${top})">${picture}</g>`,
      drawn(below, end),
      '</svg>',
    ].join(''),
  );
}

function sizeText(width: number, height: number): string {
  return ` width="${width}" height="${height}" viewBox="0 0 ${width} ${height}"`;
}

interface Line {
  text: string;
  style: typeof TITLE | typeof ABOUT | typeof CAPTION;
}

function setLines(text: string, style: Line['style'], width: number): Line[] {
  return wrappedText(typeset(text), width - 2 * PADDING, style.size, style.bold).map((line) => ({ text: line, style }));
}

/** A number and its % stay together; what turns the direction of writing, and with it the rest of the line, becomes a visible mark. */
function typeset(text: string): string {
  return text.replaceAll(/(\d) %/g, '$1\u00a0%').replaceAll(/[\u202a-\u202e\u2066-\u2069]/g, '\ufffd');
}

function heightOf(lines: readonly Line[]): number {
  return lines.reduce((sum, { style }) => sum + style.line, 0);
}

function drawn(lines: readonly Line[], from: number): string {
  let y = from;
  return lines
    .map(({ text, style: { size, line, bold, ink } }) => {
      y += line;
      const weight = bold ? ' font-weight="bold"' : '';
      return `<text x="${PADDING}" y="${y - (line - size)}" font-family="${FONT}" font-size="${size}px"${weight} fill="${ink}">${escapeHtml(text)}</text>`;
    })
    .join('');
}

/**
 * Lines that are no wider than the room: broken between words, not at spaces that are told not to break, and within a word only where it alone is too wide. An empty
 * text has none.
 *
 * @param room px
 * @param size font size, px
 */
export function wrappedText(text: string, room: number, size: number, bold = false): string[] {
  const fits = (line: string) => textWidth(line, size, bold) <= room;
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(/[ \t\n]+/).filter((each) => each !== '')) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (fits(longer)) {
      line = longer;
      continue;
    }
    // A word that no line can hold goes on where the last one ended.
    if (line !== '' && fits(word)) lines.push(line);
    line = line === '' || fits(word) ? '' : `${line} `;
    for (const character of charactersOf(word)) {
      if (line !== '' && !fits(line + character)) {
        lines.push(line);
        line = '';
      }
      line += character;
    }
  }
  return line === '' ? lines : [...lines, line];
}

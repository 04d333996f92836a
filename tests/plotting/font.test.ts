import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { FONT_FILES, textWidth } from '../../plotting/font.js';
import { Resvg } from '@resvg/resvg-js';

test('the font is a file of a dependency and not of the machine', () => {
  expect(FONT_FILES.regular).toContain('node_modules');
  expect(execFileSync('head', ['-c', '4', FONT_FILES.bold]).toString('hex')).toBe('00010000');
});

test.each([
  ['response time (ms)', false],
  ['WWWWW', false],
  ['iiiii', true],
  ['50 %  99.9 %', true],
])('the width of %s is what the renderer draws', (text, bold) => {
  // Pairs of letters are drawn a little closer (kerning), hence the 2 %. Two bars of ink around the text: their distance is the text's advance, whatever its side bearings.
  const drawn = (inner: string) => {
    const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="900" height="80"><text x="10" y="50" font-size="40" xml:space="preserve" font-family="DejaVu Sans"${bold ? ' font-weight="bold"' : ''}>${inner}</text></svg>`;
    const font = { loadSystemFonts: false, fontFiles: [FONT_FILES.regular, FONT_FILES.bold] };
    return new Resvg(svg, { font }).getBBox()!.width;
  };
  const ratio = (drawn(`|${text}|`) - drawn('|')) / textWidth(`${text}|`, 40, bold);
  expect(ratio).toBeGreaterThan(0.98);
  expect(ratio).toBeLessThan(1.02);
});

test('a character that the font lacks takes the room of the empty box', () => {
  expect(textWidth('\u{1F600}', 10, false)).toBeGreaterThan(0);
});

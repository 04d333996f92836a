import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { packageRoot } from '../../common/package-root.js';
import { coloursOf, INK, onlyColoursOf, PALETTE } from '../../plotting/theme.js';

test('a function has the same colour whatever the order of names, and in a picture that shows only some', () => {
  const all = coloursOf(['sleep', 'hello', 'cpu', 'hello']);
  expect(all).toEqual(coloursOf(['cpu', 'sleep', 'hello']));
  const some = onlyColoursOf(all, ['sleep', 'cpu']);
  expect(some.domain).toEqual(['cpu', 'sleep']);
  expect(some.range[1]).toBe(all.range[all.domain.indexOf('sleep')]);
});

test('up to seven names have colours of their own; then they come again', () => {
  const { range } = coloursOf(Array.from({ length: 9 }, (_, i) => `f${i}`));
  expect(new Set(range.slice(0, 7)).size).toBe(7);
  expect(range[7]).toBe(range[0]);
});

test('the style of pages knows the dark twin of every colour that a picture is drawn in', () => {
  const style = readFileSync(join(packageRoot, 'plotting', 'assets', 'page.css'), 'utf8');
  // the bright ones of the palette show on black as they are
  const bright = ['#cc79a7', '#e69f00'];
  const drawn = [...Object.values(INK), ...PALETTE].filter((colour) => !bright.includes(colour));
  for (const colour of drawn) expect(style).toMatch(new RegExp(`\\[(fill|stroke)='${colour}'\\]`));
});

import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { textWidth } from '../../plotting/font.js';
import { fittedName, tellableNames } from '../../plotting/name-fitting.js';

const TYPE = { size: 11 };
const widthOf = (text: string) => textWidth(text, TYPE.size, false);

test('a name that fits stays, a longer one keeps both its ends, and no character is cut in half', () => {
  expect(fittedName('hello', 100, TYPE)).toBe('hello');
  const cut = fittedName('a'.repeat(100) + 'b'.repeat(100), 100, TYPE);
  expect(cut).toMatch(/^(a+)…(b+)$/);
  expect(widthOf(cut)).toBeLessThanOrEqual(100);
  // one more letter on either side would not fit: the widest of them is 0.7 of the font size
  expect(widthOf(cut)).toBeGreaterThan(100 - 2 * 0.7 * TYPE.size);
  expect(fittedName('👩‍🚀'.repeat(50), 100, TYPE)).toMatch(/^(?:👩‍🚀)*…(?:👩‍🚀)*$/u);
});

test('wide letters count for what they are: two hundred W take no more room than two hundred i', () => {
  for (const letter of ['W', 'i', '名'])
    expect(widthOf(fittedName(letter.repeat(200), 90, TYPE))).toBeLessThanOrEqual(90);
});

test('names that differ only where they would be cut show the place in which they differ, with as much around it as fits', () => {
  const names = ['x', 'y'].map((middle) => `${'a'.repeat(100)}${middle}${'b'.repeat(100)}`);
  const [one, two] = tellableNames(names, 120, TYPE);
  expect(one).toMatch(/^a{5,}…x…b{5,}$/);
  expect(two).toBe(one!.replace('x', 'y'));
  const versions = tellableNames(
    ['resize-image-in-the-cloud-v1-of-november', 'resize-image-in-the-cloud-v2-of-november'],
    120,
    TYPE,
  );
  expect(versions.map((name) => /[12]/.exec(name)?.[0])).toEqual(['1', '2']);
});

test('where even the place in which they differ is too long, the later one has a number', () => {
  const names = ['x', 'y'].map((middle) => `${'a'.repeat(20)}${'c'.repeat(50)}${middle}${'d'.repeat(50)}b`);
  const long = ['p', 'q'].map((letter) => `${letter}${'c'.repeat(50)}${letter}${'d'.repeat(50)}${letter}`);
  expect(new Set(tellableNames([...names, ...long], 90, TYPE)).size).toBe(4);
  expect(tellableNames(['same', 'same'], 90, TYPE)).toEqual(['same', 'same (2)']);
});

test('whatever the names: no two are alike, and each fits', () => {
  const unit = fc.constantFrom('a', 'b', 'W', 'i', '_', ' ', '(', '2', ')', '…', '名', '🙂');
  const names = fc.uniqueArray(fc.string({ minLength: 1, maxLength: 60, unit }), { maxLength: 20 });
  fc.assert(
    fc.property(names, fc.integer({ min: 90, max: 250 }), (all, room) => {
      const short = tellableNames(all, room, TYPE);
      expect(new Set(short).size).toBe(all.length);
      for (const [i, name] of short.entries()) {
        expect(widthOf(name)).toBeLessThanOrEqual(room);
        if (widthOf(all[i]!) <= room) expect(name).toBe(all[i]);
      }
    }),
  );
});

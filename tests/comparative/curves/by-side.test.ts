import { expect, test } from 'vitest';
import { bySide } from '../../../comparative/curves/by-side.js';

const sides = {
  baseline: { label: 'old', runs: ['a1', 'a2'] },
  candidate: { label: 'new', runs: ['b1', 'b2'] },
  chosen: null,
};
const point = (run: string, rate: number) => ({ run, rate });
const climbs = (part: readonly { rate: number }[]) => new Set(part.map(({ rate }) => rate)).size > 1;
const cut = (points: { run: string; rate: number }[], of: typeof sides | null = sides) =>
  bySide(points, of, ({ run }) => run, climbs).map(({ side, points: own }) => [side, own.map(({ run }) => run)]);

test('a category that both sides ran at two rates becomes a curve a side, and one of what stands on neither', () => {
  const points = ['a1', 'b1', 'c1'].flatMap((run) => [point(run, 5), point(run, 10)]);
  expect(cut(points)).toEqual([
    ['old', ['a1', 'a1']],
    ['new', ['b1', 'b1']],
    ['neither side', ['c1', 'c1']],
  ]);
});

test('without sides, on one side alone, and where each side ran one rate only, it stays whole', () => {
  const both = [point('a1', 5), point('b1', 10)];
  expect(cut([...both, point('a2', 10)], null)).toEqual([[null, ['a1', 'b1', 'a2']]]);
  expect(cut([point('a1', 5), point('a2', 10)])).toEqual([[null, ['a1', 'a2']]]);
  expect(cut(both)).toEqual([[null, ['a1', 'b1']]]);
});

import { expect, test } from 'vitest';
import type { Merged, MergedRun } from '../../comparative/merged.js';
import { resolveSides } from '../../comparative/sides.js';

const run = (run_id: string, test: string, tags: string[] = []) => ({ run_id, test, tags }) as unknown as MergedRun;
const merged = (runs: MergedRun[], duplicates: MergedRun[] = []): Merged => ({
  runs,
  duplicates,
  skipped: [],
  notes: [],
  tools: [],
});

test('with exactly two tests the one that ran first is the baseline, and it says so', () => {
  const sides = resolveSides({}, merged([run('1', 'old'), run('2', 'new'), run('3', 'old')]));
  expect(sides).toMatchObject({
    baseline: { label: 'old', runs: ['1', '3'] },
    candidate: { label: 'new', runs: ['2'] },
  });
  expect(sides!.chosen).toMatch(/^old ran first and is taken as the baseline/);
});

test('with one test or three there are no sides', () => {
  expect(resolveSides({}, merged([run('1', 'a'), run('2', 'a')]))).toBeNull();
  expect(resolveSides({}, merged([run('1', 'a'), run('2', 'b'), run('3', 'c')]))).toBeNull();
});

test('a side is a test with all its runs, a run id, or a tag', () => {
  const all = merged([run('1', 'a'), run('2', 'a', ['v1']), run('3', 'b', ['v1']), run('4', 'c')]);
  expect(resolveSides({ baseline: 'a', candidate: '4' }, all)).toMatchObject({
    baseline: { runs: ['1', '2'] },
    candidate: { runs: ['4'] },
  });
  expect(resolveSides({ baseline: 'v1', candidate: 'c' }, all)!.baseline.runs).toEqual(['2', '3']);
});

test('the same run on both sides is refused, also under the second name of its archive', () => {
  const all = merged([run('1', 'a'), run('2', 'b')], [run('1', 'renamed')]);
  expect(() => resolveSides({ baseline: 'a', candidate: '1' }, all)).toThrow(/run 1 stands on both sides/);
  expect(() => resolveSides({ baseline: 'renamed', candidate: 'a' }, all)).toThrow(/stands on both sides/);
});

test('a side that nothing is called, and a side without the other, are refused with what there is', () => {
  const all = merged([run('1', 'a'), run('2', 'b')]);
  expect(() => resolveSides({ baseline: 'a', candidate: 'x' }, all)).toThrow(
    'no test, run or tag is called "x" among the archives read; the tests are a, b',
  );
  expect(() => resolveSides({ baseline: 'a' }, all)).toThrow(/name the candidate too/);
});

test('a name that means different runs as a test and as a tag is refused instead of guessed', () => {
  const all = merged([run('1', 'v1'), run('2', 'a', ['v1']), run('3', 'b')]);
  expect(() => resolveSides({ baseline: 'v1', candidate: 'b' }, all)).toThrow(
    `"v1" is a test's name and a tag of other runs`,
  );
  // of the same runs it is no matter
  const same = merged([run('1', 'v1', ['v1']), run('3', 'b')]);
  expect(resolveSides({ baseline: 'v1', candidate: 'b' }, same)!.baseline.runs).toEqual(['1']);
});

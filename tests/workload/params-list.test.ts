import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { inputsOf } from '../../workload/inputs.js';
import { planOf } from '../../workload/plan.js';
import { readParamsList } from '../../workload/params-list.js';
import { config, faults, instance, load } from './loading.js';
import { take } from './samples.js';

const read = (text: string): string[] => readParamsList(Buffer.from(text, 'utf8'), 'list.json');

describe('a list of parameters', () => {
  const objects = fc.array(fc.dictionary(fc.string(), fc.jsonValue()), { minLength: 1, maxLength: 8 });
  const space = fc.constantFrom('', ' ', '\n', '\t ', '\r\n');

  test('of a JSON array is the text of each element, whatever stands in it', () => {
    fc.assert(
      fc.property(objects, space, fc.option(fc.nat(4)), (values, gap, indent) => {
        const texts = values.map((value) => JSON.stringify(value, null, indent ?? undefined));
        expect(read(`${gap}[${gap}${texts.join(`${gap},${gap}`)}${gap}]${gap}`)).toEqual(texts);
      }),
      { numRuns: 300 },
    );
  });

  test('of NDJSON is the text of each line, empty ones left out', () => {
    fc.assert(
      fc.property(objects, fc.constantFrom('\n', '\r\n', '\n\n'), (values, end) => {
        const texts = values.map((value) => JSON.stringify(value));
        expect(read(texts.join(end) + end)).toEqual(texts);
      }),
    );
  });

  test('keeps integers that no number of JavaScript holds', () => {
    expect(read('[{"n": 12345678901234567890}, {"n":1}]')).toEqual(['{"n": 12345678901234567890}', '{"n":1}']);
  });

  test.each([
    ['an empty array', '[ ]', 'list.json: is empty; a list of parameters needs at least one object'],
    ['an empty file', ' \n', 'list.json: is empty; a list of parameters needs at least one object'],
    ['an element that is no object', '[{}, 5]', 'list.json: element 2: must be an object, the parameters by name'],
    ['a line that is no object', '{}\n\n[1]', 'list.json: line 3: must be an object, the parameters by name'],
    ['a broken line', '{}\n{"a":}', 'list.json: line 2, column 6: is not JSON: expected a value'],
    ['a broken array', '[{},\n{]', 'list.json: line 2, column 2: is not JSON: expected a key in double quotes or "}"'],
    [
      'one object over several lines',
      '{\n  "a": 1\n}',
      'list.json: holds one object, not a list; name it as param_file, or write one object a line',
    ],
  ])('%s is told by its place', (_, text, message) => {
    expect(() => read(text)).toThrow(message);
  });
});

describe('inputs', () => {
  const list = (order: 'cycle' | 'random', n: number, name = 'a') => ({
    name,
    arrivals: { process: 'list' as const, interarrivalsS: [] },
    windowS: null,
    payload: { kind: 'list' as const, jsons: Array.from({ length: n }, (_, i) => `{"i":${i}}`), order },
  });

  test('in turn begin again at the end of the list', () => {
    expect(
      take(
        7,
        inputsOf(list('cycle', 3), 1, () => 0),
      ),
    ).toEqual([0, 1, 2, 0, 1, 2, 0]);
  });

  test('drawn are the same for a seed and a name, others for another, and even over the list', () => {
    const drawn = (seed: number, name?: string) =>
      take(
        5_000,
        inputsOf(list('random', 10, name), seed, () => 0),
      );
    // Recorded: an order of parameters that changes with a version makes two runs differ.
    expect(drawn(1).slice(0, 12)).toEqual(GOLDEN_INPUTS);
    expect(drawn(1)).toEqual(drawn(1));
    expect(drawn(1)).not.toEqual(drawn(2));
    expect(drawn(1)).not.toEqual(drawn(1, 'b'));
    const counts = Array.from({ length: 10 }, (_, i) => drawn(1).filter((input) => input === i).length);
    // χ² of ten bins of 500: at most 27.9 in 999 of 1,000 cases with 9 degrees of freedom.
    expect(counts.reduce((sum, count) => sum + (count - 500) ** 2 / 500, 0)).toBeLessThan(27.9);
  });
});

test('rows of a plan take their inputs in the order of their instance, whatever stands between them and outside the window', () => {
  const payload = (order: 'cycle' | 'random') => ({ kind: 'list' as const, jsons: ['{}', '{}', '{}'], order });
  const every = { process: 'Constant' as const, ratePerS: 10 };
  const instances = [
    { name: 'turns', arrivals: every, windowS: [0.35, 2] as [number, number], payload: payload('cycle') },
    { name: 'drawn', arrivals: every, windowS: null, payload: payload('random') },
    { name: 'plain', arrivals: every, windowS: null },
  ];
  const rows = [...planOf({ durationS: 1, seed: 5, instances }).rows()];
  const inputs = (index: number): number[] =>
    rows.filter(({ instance }) => instance === index).map(({ input }) => input);
  // Arrivals at 0.4, 0.5 … 0.9 s lie in the window: the first that is sent takes the first of the list.
  expect(inputs(0)).toEqual([0, 1, 2, 0, 1, 2]);
  expect(inputs(1)).toEqual(
    take(
      10,
      inputsOf(instances[1]!, 5, () => 0),
    ),
  );
  expect(new Set(inputs(1)).size).toBeGreaterThan(1);
  expect(inputs(2)).toEqual(Array.from({ length: 10 }, () => 0));
});

const GOLDEN_INPUTS = [2, 1, 1, 8, 7, 7, 8, 0, 7, 6, 3, 0];

describe('in a config', () => {
  const listed = (params: unknown, more: object = {}) => config({ instances: { a: instance({ params, ...more }) } });

  test('the list is read with its order, in turn unless it says random, and named in the manifest', async () => {
    const files = { 'list.ndjson': '{"a":1}\n{"a":2}\n' };
    const workload = await load(listed({ file: 'list.ndjson', order: 'random' }), files);
    expect(workload.instances[0]!.payload).toEqual({ kind: 'list', jsons: ['{"a":1}', '{"a":2}'], order: 'random' });
    expect(workload.source.resolved).toMatchObject({
      instances: { a: { params: { file: 'list.ndjson', order: 'random' } } },
    });
    const inTurn = await load(listed({ file: 'list.ndjson' }), files);
    expect(inTurn.instances[0]!.payload).toMatchObject({ order: 'cycle' });
  });

  test.each<[string, unknown, object, Record<string, unknown>, string]>([
    [
      'empty',
      { file: 'l' },
      {},
      { l: '[]' },
      'params.file: l: is empty; a list of parameters needs at least one object',
    ],
    ['missing', { file: 'l' }, {}, {}, 'params.file: l: no such file in '],
    ['without a file', {}, {}, {}, 'params.file: is missing; must be the path of a JSON or NDJSON file'],
    [
      'of another order',
      { file: 'l', order: 'randm' },
      {},
      { l: '{}' },
      'params.order: must be one of "cycle", "random", got "randm"; did you mean "random"?',
    ],
    [
      'beside param_file',
      { file: 'l' },
      { param_file: 'l' },
      { l: '{}' },
      'params: cannot stand beside param_file; leave one out',
    ],
  ])('a list that is %s is told', async (_, params, more, files, message) => {
    const [line, ...others] = await faults(listed(params, more), files);
    expect(others).toEqual([]);
    expect(line!.startsWith(`a.json: instances.a.${message}`), line).toBe(true);
  });

  test('a list where one object belongs names the key for lists', async () => {
    expect(await faults(config({ instances: { a: instance({ param_file: 'l' }) } }), { l: '[{}]' })).toEqual([
      'a.json: instances.a.param_file: l: must hold one JSON object, the parameters by name; a list goes into "params": {"file": …}',
    ]);
  });
});

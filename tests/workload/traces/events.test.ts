import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { READERS } from '../../../workload/traces/formats.js';
import type { Arrivals, Window } from '../../../workload/traces/trace-file.js';
import { FIXTURES, inFile } from './trace-files.js';

const { azure2021, csv } = READERS;

async function eventsOf(format: 'azure2021' | 'csv', content: string, id: string, window: Window): Promise<Arrivals> {
  return inFile(content, async (path) =>
    (await READERS[format].collect(path, new Set([id]), window)).arrivals.get(id)!,
  );
}

const events = (startsS: number[], durationsMs: number[] | null): Arrivals => ({
  kind: 'events',
  startsS: Float64Array.from(startsS),
  durationsMs: durationsMs === null ? null : Float64Array.from(durationsMs),
});

describe('the trace of 2021', () => {
  const HEADER = 'app,func,end_timestamp,duration';

  test('starts an invocation at its end less its duration, in order whatever the order of rows', async () => {
    const content = [HEADER, 'p,a,10.5,0.5', 'p,a,4,1.5', 'p,b,1,0', 'p,a,3.25,3'].join('\n');
    expect(await eventsOf('azure2021', content, 'p/a', [0, Infinity])).toEqual(
      events([0.25, 2.5, 10], [3_000, 1_500, 500]),
    );
  });

  test('keeps equal starts in the order of the file, and durations of zero', async () => {
    const content = [HEADER, 'p,a,9,1', 'p,a,5,0', 'p,a,7,2', 'p,a,5,0', 'p,a,6,1'].join('\n');
    expect(await eventsOf('azure2021', content, 'p/a', [5, 9])).toEqual(
      events([0, 0, 0, 0, 3], [0, 2_000, 0, 1_000, 1_000]),
    );
  });

  test('tells one function name in two apps apart', async () => {
    await inFile([HEADER, 'p,a,1,1', 'q,a,1,1', 'q,a,2,1'].join('\n'), async (path) => {
      const { functions } = await azure2021.survey(path);
      expect(functions.map(({ id, invocations }) => [id, invocations])).toEqual([
        ['p/a', 1],
        ['q/a', 2],
      ]);
    });
  });

  test('reads the real example: 199 invocations of 31 functions', async () => {
    const path = join(FIXTURES, 'azure2021.csv');
    const { functions, dirt } = await azure2021.survey(path);
    const sum = functions.reduce((n, { invocations }) => n + invocations, 0);
    expect([functions.length, sum, dirt]).toEqual([31, 199, { repeated: 0, negative: 0, beforeZero: 0 }]);
    // 42 of them start within the first minute (counted by awk over end_timestamp − duration).
    const minute = await azure2021.survey(path, [0, 60]);
    expect(minute.functions.reduce((n, { invocations }) => n + invocations, 0)).toBe(42);
    expect(minute.functions).toHaveLength(31);
  });

  test('reads a duration below zero as 0, and counts it within the window only', async () => {
    const content = [HEADER, 'p,a,1,-3', 'p,a,90,-3'].join('\n');
    expect(await eventsOf('azure2021', content, 'p/a', [0, 60])).toEqual(events([1], [0]));
    await inFile(content, async (path) => expect((await azure2021.survey(path, [0, 60])).dirt.negative).toBe(1));
  });

  test('counts what begins before its zero, where no window was selected', async () => {
    await inFile([HEADER, 'p,a,1,3', 'p,a,5,1'].join('\n'), async (path) => {
      const whole = await azure2021.survey(path);
      expect([whole.dirt.beforeZero, whole.functions[0]!.invocations, whole.end]).toEqual([1, 1, Infinity]);
      expect((await azure2021.survey(path, [0, 60])).dirt.beforeZero).toBe(0);
    });
  });
});

describe('a plain CSV', () => {
  test('has its columns in any order, and others beside them', async () => {
    const content = 'note,duration_ms,start_s,function\r\nx,20,1.5,"a ""b"", c"\r\n,5e1,.5,"a ""b"", c"\r\n';
    expect(await eventsOf('csv', content, 'a "b", c', [0, Infinity])).toEqual(events([0.5, 1.5], [50, 20]));
  });

  test('has no durations without their column', async () => {
    expect(await eventsOf('csv', 'function,start_s\na,1\na,0', 'a', [0, Infinity])).toEqual(events([0, 1], null));
  });

  test('of any rows and window: the starts within [from, to), ascending, each with its duration', async () => {
    const second = fc.integer({ min: -50, max: 400 }).map((n) => n / 4);
    const row = fc.record({ fn: fc.constantFrom('a', 'b'), start: second, ms: fc.nat({ max: 1_000 }) });
    const bounds = fc.uniqueArray(fc.nat({ max: 100 }), { minLength: 2, maxLength: 2 });
    await fc.assert(
      fc.asyncProperty(fc.array(row, { maxLength: 40 }), bounds, async (rows, ends) => {
        const [from, to] = ends.toSorted((a, b) => a - b) as [number, number];
        const content = [
          'function,start_s,duration_ms',
          ...rows.map(({ fn, start, ms }) => `${fn},${start},${ms}`),
        ].join('\n');
        // Array.prototype.sort is stable: equal starts stay in the order of the file.
        const expected = rows
          .filter(({ fn, start }) => fn === 'a' && start >= from && start < to)
          .sort((x, y) => x.start - y.start);
        expect(await eventsOf('csv', content, 'a', [from, to])).toEqual(
          events(
            expected.map(({ start }) => start - from),
            expected.map(({ ms }) => ms),
          ),
        );
      }),
      { numRuns: 200 },
    );
  });
});

describe('what is no such file is told with line and column', () => {
  test.each([
    ['azure2021', '', 'line 1: has no header; must be app,func,end_timestamp,duration'],
    [
      'azure2021',
      'app,func,end,duration\n',
      'line 1: has no column "end_timestamp"; must be app,func,end_timestamp,duration',
    ],
    ['azure2021', 'app,func,end_timestamp,duration\np,a,1', 'line 2: has 3 fields, its header 4'],
    [
      'azure2021',
      'app,func,end_timestamp,duration\np,a,NaN,1',
      'line 2, column "end_timestamp": must be a number, got "NaN"',
    ],
    ['azure2021', 'app,func,end_timestamp,duration\n,a,1,1', 'line 2, column "app": must not be empty'],
    ['csv', 'function,start\n', 'line 1: has no column "start_s"; must be function,start_s[,duration_ms]'],
    ['csv', 'function,start_s,start_s\n', 'line 1: has the column "start_s" twice'],
    ['csv', 'function;start_s\na;1\n', 'line 1: has no column "function"; must be function,start_s[,duration_ms]'],
    ['csv', 'function,start_s\n\na,soon', 'line 3, column "start_s": must be a number, got "soon"'],
    ['csv', 'function,start_s\na,0x10', 'line 2, column "start_s": must be a number, got "0x10"'],
    ['csv', 'function,start_s\na,1e999', 'line 2, column "start_s": must be a number, got "1e999"'],
    ['csv', 'function,start_s,duration_ms\na,1,', 'line 2, column "duration_ms": must be a number, got ""'],
    ['csv', 'function,start_s\n"a\nb",1\nc,x', 'line 4, column "start_s": must be a number, got "x"'],
  ] as const)('%s: %j', async (format, content, message) => {
    await inFile(content, (path) => expect(READERS[format].survey(path)).rejects.toThrow(message));
  });

  test('a file without rows has no functions', async () => {
    await inFile('function,start_s\n', async (path) => expect((await csv.survey(path)).functions).toEqual([]));
  });
});

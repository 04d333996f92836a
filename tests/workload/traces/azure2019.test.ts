import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { collectAzure2019, surveyAzure2019 } from '../../../workload/traces/azure2019.js';
import { readDurations2019 } from '../../../workload/traces/durations2019.js';
import type { Window } from '../../../workload/traces/trace-file.js';
import { FIXTURES, HEADER_2019, HEADER_DURATIONS, inFile, row2019 } from './trace-files.js';

const A: [string, string, string] = ['o', 'p', 'a'];
const B: [string, string, string] = ['o', 'p', 'b'];
const day = (...rows: string[]): string => [HEADER_2019, ...rows, ''].join('\n');

async function countsOf(content: string, window: Window, id = 'o/p/a'): Promise<number[]> {
  return inFile(content, async (path) => {
    const found = (await collectAzure2019(path, new Set([id]), window)).arrivals.get(id);
    return found?.kind === 'counts' ? [...found.perMinute] : [];
  });
}

describe('minutes', () => {
  test('count from 0: the minute of 09:00 is 540 and stands in column "541"', async () => {
    const nine = HEADER_2019.split(',').indexOf('541');
    expect(nine).toBe(4 + 540);
    const content = day(row2019(A, { 539: 1, 540: 20, 541: 300, 559: 4_000, 560: 50_000 }));
    expect(content.split('\n')[1]!.split(',')[nine]).toBe('20');
    expect(await countsOf(content, [540, 541])).toEqual([20]);
    expect(await countsOf(content, [540, 542])).toEqual([20, 300]);
    const window = await countsOf(content, [540, 560]);
    expect(window).toHaveLength(20);
    expect(window.reduce((sum, n) => sum + n)).toBe(20 + 300 + 4_000);
  });

  test('of the whole day are 1440, the first in column "1" and the last in "1440"', async () => {
    const counts = await countsOf(day(row2019(A, { 0: 7, 1439: 9 })), [0, 1_440]);
    expect([counts.length, counts[0], counts[1_439]]).toEqual([1_440, 7, 9]);
  });

  test('of any window are those of the row, whatever stands beside it', async () => {
    const row = fc.array(fc.nat({ max: 9_999 }), { minLength: 1_440, maxLength: 1_440 });
    const bounds = fc.uniqueArray(fc.nat({ max: 1_440 }), { minLength: 2, maxLength: 2 });
    await fc.assert(
      fc.asyncProperty(row, bounds, async (counts, ends) => {
        const [from, to] = ends.toSorted((a, b) => a - b) as [number, number];
        const content = day(row2019(B, { 3: 1 }), row2019(A, counts as never));
        expect(await countsOf(content, [from, to])).toEqual(counts.slice(from, to));
      }),
      { numRuns: 30 },
    );
  });
});

describe('the survey', () => {
  test('tells each function of the real example with its invocations in the window', async () => {
    const path = join(FIXTURES, 'azure2019-invocations.csv');
    const { functions, dirt } = await surveyAzure2019(path, [0, 20]);
    // 5 a minute from the first minute on for one, from the sixth for the others: 20·5 and 15·5.
    expect(functions.map(({ parts, invocations }) => [parts[2]!.slice(0, 8), invocations])).toEqual([
      ['c13acdc7', 100],
      ['a2faad78', 75],
      ['7dc5aeab', 75],
      ['ae8a1640', 75],
    ]);
    expect(dirt).toEqual({ repeated: 0, negative: 0, beforeZero: 0 });
    expect((await surveyAzure2019(path)).functions.map(({ invocations }) => invocations)).toEqual([
      1150, 1125, 1125, 1125,
    ]);
  });

  test('counts what is dirty: of several rows of a function the first counts, and what is negative is 0', async () => {
    const content = day(row2019(A, { 0: 3, 1: -2, 5: -1 }), row2019(A, { 0: 100 }), row2019(B, { 0: '4.0' }));
    await inFile(`\ufeff${content.replaceAll('\n', '\r\n')}\r\n\r\n`, async (path) => {
      const { functions, dirt } = await surveyAzure2019(path, [0, 5]);
      expect(functions.map(({ id, invocations }) => [id, invocations])).toEqual([
        ['o/p/a', 3],
        ['o/p/b', 4],
      ]);
      // Minute 5 lies outside of the window.
      expect(dirt).toEqual({ repeated: 1, negative: 1, beforeZero: 0 });
      const { arrivals } = await collectAzure2019(path, new Set(['o/p/a']), [0, 5]);
      expect(arrivals.get('o/p/a')).toEqual({ kind: 'counts', perMinute: Uint32Array.of(3, 0, 0, 0, 0) });
    });
  });

  test('takes a function of one name in another app for another one', async () => {
    const content = day(row2019(A, { 0: 1 }), row2019(['o', 'q', 'a'], { 0: 2 }));
    await inFile(content, async (path) => {
      expect((await surveyAzure2019(path)).functions.map(({ id }) => id)).toEqual(['o/p/a', 'o/q/a']);
    });
  });
});

describe('what is no such file is told with line and column', () => {
  test.each([
    ['nothing', '', 'line 1: has no header; is this a file of the Azure trace of 2019?'],
    [
      'another header',
      'app,func,end_timestamp,duration\n',
      'line 1, column 1: must be "HashOwner", got "app"; the header of this format is HashOwner,HashApp,HashFunction,Trigger,1,2,…,1440',
    ],
    [
      'minutes that begin at 0',
      'HashOwner,HashApp,HashFunction,Trigger,0,1\n',
      'line 1, column 5: must be "1", got "0"; the header of this format is HashOwner,HashApp,HashFunction,Trigger,1,2,…,1440',
    ],
    ['no minutes', 'HashOwner,HashApp,HashFunction,Trigger\n', 'line 1: must have 1 to 1440 columns of minutes, has 0'],
    ['a row that is too short', day('o,p,a,http,1,2'), 'line 2: has 6 fields, its header 1,444'],
    ['a text', day(row2019(A, {}), row2019(B, { 540: 'many' })), 'line 3, column "541": must be a number, got "many"'],
    ['nothing in a minute', day(row2019(A, { 0: '' })), 'line 2, column "1": must be a number, got ""'],
    [
      'half an invocation',
      day(row2019(A, { 9: '1.5' })),
      'line 2, column "10": must be a whole number ≤ 60000000, got "1.5"',
    ],
    [
      'more than a microsecond can tell apart',
      day(row2019(A, { 9: 60_000_001 })),
      'line 2, column "10": must be a whole number ≤ 60000000, got "60000001"',
    ],
    ['a function without a name', day(row2019(['o', 'p', ''], {})), 'line 2, column "HashFunction": must not be empty'],
  ])('%s', async (_, content, message) => {
    await inFile(content, (path) => expect(surveyAzure2019(path)).rejects.toThrow(message));
  });

  test('a window beyond the minutes of the file', async () => {
    await inFile('HashOwner,HashApp,HashFunction,Trigger,1,2,3\no,p,a,http,1,2,3', async (path) => {
      expect((await surveyAzure2019(path)).end).toBe(3);
      await expect(surveyAzure2019(path, [1, 4])).rejects.toThrow(
        'has 3 minutes; "minutes" must end at 3 or before, got 4',
      );
    });
  });
});

describe('durations', () => {
  const durations = (...rows: string[]): string => [HEADER_DURATIONS, ...rows].join('\n');
  const chosen = new Set(['o/p/a', 'o/p/b', 'o/p/c']);

  test('are the percentiles of the chosen functions', async () => {
    const id =
      'c455703077a17a9b8d0fc655d939fcc6d24d819fa9a1066b74f710c35a43cbc8/' +
      '68baea05aa0c3619b6feb78c80a07e27e4e68f921d714b8125f916c3b3370bf2/' +
      'c13acdc7567b225971cef2416a3a2b03c8a4d8d154df48afe75834e2f5c59ddf';
    const read = await readDurations2019(join(FIXTURES, 'azure2019-durations.csv'), new Set([id]));
    expect([...read.quantilesMs]).toEqual([[id, Float64Array.of(99, 99, 99, 100, 101, 101, 101)]]);
    expect(read.dirt).toEqual({ repeated: 0, negative: 0, disordered: 0, zeroAverage: [] });
  });

  test('that are dirty are used and counted', async () => {
    const content = durations(
      'o,p,a,0,5,,,-1,0,0,0,0,0,0',
      'o,p,b,7,5,1,9,1,2,9,4,5,6,7',
      'o,p,b,9,5,1,9,9,9,9,9,9,9,9',
      'o,p,of nobody,x,x,x,x,x,x,x,x,x,x,x',
    );
    await inFile(content, async (path) => {
      const read = await readDurations2019(path, chosen);
      expect(read.quantilesMs.get('o/p/a')).toEqual(new Float64Array(7));
      expect(read.quantilesMs.get('o/p/b')).toEqual(Float64Array.of(1, 2, 9, 9, 9, 9, 9));
      expect(read.dirt).toEqual({ repeated: 1, negative: 1, disordered: 1, zeroAverage: ['o/p/a'] });
    });
  });

  test.each([
    ['nothing', '', 'line 1: has no header; is this a file of durations?'],
    [
      'another header',
      'HashOwner,HashApp,HashFunction,Average\n',
      'line 1: has no column "percentile_Average_0"; must be ',
    ],
    [
      'a text',
      durations('o,p,a,1,1,1,1,1,1,1,x,1,1,1'),
      'line 2, column "percentile_Average_50": must be a number, got "x"',
    ],
    ['a row that is too short', durations('o,p,z,1'), 'line 2: has 4 fields, its header 14'],
  ])('that are no such file are refused: %s', async (_, content, message) => {
    await inFile(content, (path) => expect(readDurations2019(path, chosen)).rejects.toThrow(message));
  });
});

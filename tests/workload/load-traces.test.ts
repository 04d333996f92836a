import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { appendFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { loadWorkload } from '../../workload/load.js';
import type { Workload } from '../../workload/model.js';
import { planOf, summarizePlan } from '../../workload/plan.js';
import { planSourceFromResolved } from '../../workload/recorded-plan.js';
import { config, faults, inFolder, load } from './loading.js';
import { FIXTURES, HEADER_2019, HEADER_DURATIONS, row2019 } from './traces/trace-files.js';

const sha256 = (content: string): string => createHash('sha256').update(content).digest('hex');
const fixture = (name: string): string => readFileSync(join(FIXTURES, name), 'utf8');

const CSV = 'function,start_s,duration_ms\na,0,5\nb,1,7\na,2.5,9\n';
const plain = { format: 'csv', file: 't.csv' };
const counts = { format: 'azure2019', file: 'inv.csv', durations_file: 'dur.csv', minutes: [0, 20] };

/** The instance `web` replays this trace for 20 s, in a workload that is otherwise right. */
function replaying(trace: unknown, replaced: Record<string, unknown> = {}): Record<string, unknown> {
  return config({
    instances: { web: { application: 'sleep', distribution: 'Trace', trace, ...replaced } },
  });
}

const FILES = {
  't.csv': CSV,
  'empty.csv': '',
  'inv.csv': fixture('azure2019-invocations.csv'),
  'dur.csv': fixture('azure2019-durations.csv'),
  '21.csv': fixture('azure2021.csv'),
  'p.json': '{"size": 12345678901234567890}',
  'ms.json': '{"ms": 1}',
};
const loaded = (given: unknown): Promise<Workload> => load(given, FILES);
const faultsOf = (given: unknown): Promise<string[]> => faults(given, FILES);

/** Rows as `instance planned_ms input`. */
function rowsOf(workload: Workload): string[] {
  return Array.from(
    planOf(workload).rows(),
    ({ instance, plannedUs, input }) => `${workload.instances[instance]!.name} ${plannedUs / 1_000} ${input}`,
  );
}

describe('a function of a trace', () => {
  test('becomes an instance of its own, and its rows carry their durations', async () => {
    const workload = await loaded(replaying(plain));
    expect(workload.instances.map(({ name, application }) => [name, application])).toEqual([
      ['web/a', 'sleep'],
      ['web/b', 'sleep'],
    ]);
    expect(rowsOf(workload)).toEqual(['web/a 0 5', 'web/b 1000 7', 'web/a 2500 9']);
    expect(workload.instances[0]!.payload).toEqual({ kind: 'duration', parameter: 'ms', json: '{}' });
    expect(workload.warnings).toEqual([]);
  });

  test('of a hash is named by its beginning, and {n} is its rank', async () => {
    const trace = { ...counts, functions: { top: 2 }, time_scale: 1 / 60 };
    const workload = await loaded(replaying(trace, { application: 'p{n}/sleep' }));
    // 100 invocations of the first; of three with 75 the one whose owner comes first.
    expect(workload.instances.map(({ name, application }) => [name, application])).toEqual([
      ['web/c13acdc7', 'p0/sleep'],
      ['web/ae8a1640', 'p1/sleep'],
    ]);
    expect(summarizePlan(planOf(workload), workload).perInstance).toEqual([100, 75]);
    // The percentiles of the first are 99 … 101 ms, those of the second 124 … 126.
    for (const row of rowsOf(workload)) {
      const [name, , ms] = row.split(' ');
      expect(Math.abs(Number(ms) - (name === 'web/c13acdc7' ? 100 : 125))).toBeLessThanOrEqual(1);
    }
  });

  test('sends its duration beside the parameters of the instance, under the name that is asked for, and to its scale', async () => {
    const trace = { ...plain, duration_parameter: 'sleep_ms', duration_scale: 2 };
    const workload = await loaded(replaying(trace, { param_file: 'p.json' }));
    expect(workload.instances[0]!.payload).toEqual({ kind: 'duration', parameter: 'sleep_ms', json: FILES['p.json'] });
    expect(rowsOf(workload)).toEqual(['web/a 0 10', 'web/b 1000 14', 'web/a 2500 18']);
  });

  test.each([
    ['durations are not wanted', { ...plain, duration_parameter: false }],
    ['the trace tells none', { format: 'azure2019', file: 'inv.csv', minutes: [0, 20], time_scale: 1 / 60 }],
  ])('sends the parameters of the instance alone where %s', async (_, trace) => {
    const workload = await loaded(replaying(trace, { param_file: 'p.json' }));
    expect(workload.instances[0]!.payload).toEqual({ kind: 'params', json: FILES['p.json'] });
    expect(workload.warnings).toEqual([]);
  });

  test('of a generic endpoint has its own URL, and a body of its type', async () => {
    const given = replaying(plain, { application: undefined, url: 'http://127.0.0.1:8080/f{n}' });
    const { instances } = await loaded({ ...given, endpoint: 'generic' });
    expect(instances.map(({ application, http }) => [application, http])).toEqual(
      ['/f0', '/f1'].map((path) => [
        path,
        { url: `http://127.0.0.1:8080${path}`, method: 'POST', headers: { 'content-type': 'application/json' } },
      ]),
    );
  });

  test('arrives at the same times whatever is chosen beside it', async () => {
    const trace = { ...counts, time_scale: 1 / 60 };
    const rows = async (functions: unknown): Promise<string[]> =>
      rowsOf(await loaded(replaying({ ...trace, functions }))).filter((row) => row.startsWith('web/c13acdc7'));
    const alone = await rows(['c13acdc7']);
    expect(alone).toHaveLength(100);
    expect(await rows({ top: 3 })).toEqual(alone);
    expect(await rows(['a2faad786b3c', '68baea05/c13acdc7'])).toEqual(alone);
  });

  test('keeps to the activity window of its instance', async () => {
    expect(rowsOf(await loaded(replaying(plain, { activity_window: [0.5, 2] })))).toEqual(['web/b 1000 7']);
  });

  test('may have thresholds of its own', async () => {
    const thresholds = { 'web/a': { error_rate: '< 0.1' } };
    expect((await loaded({ ...replaying(plain), thresholds })).thresholds).toEqual(thresholds);
  });
});

describe('the window', () => {
  test('begins at plan zero: minute 540 of the day, column "541", comes first', async () => {
    const files = { 'day.csv': [HEADER_2019, row2019(['o', 'p', 'f'], { 539: 50, 540: 3, 541: 50 })].join('\n') };
    const trace = { format: 'azure2019', file: 'day.csv', minutes: [540, 541] };
    const workload = await load({ ...replaying(trace), test_duration_in_seconds: 60 }, files);
    expect(rowsOf(workload)).toHaveLength(3);
    expect(workload.warnings).toEqual([]);
  });

  test('of seconds begins at plan zero too', async () => {
    const trace = { ...plain, window_s: [1, 21] };
    expect(rowsOf(await loaded(replaying(trace)))).toEqual(['web/b 0 7', 'web/a 1500 9']);
  });
});

describe('what a user should know of a trace is told in a sentence', () => {
  const warningsOf = async (trace: unknown, files: Record<string, string> = {}, more: object = {}): Promise<string[]> =>
    (await load({ ...replaying(trace), ...more }, { ...FILES, ...files })).warnings;

  test.each([
    [
      'a window that is longer than the test',
      { ...counts, time_scale: 0.5 },
      'its window lasts 600 s at time_scale 0.5, the test 20 s: the last 580 s of it are left out',
    ],
    [
      'a window that is shorter',
      { ...plain, window_s: [0, 5] },
      'its window lasts 5 s, the test 20 s: nothing of it is planned in the last 15 s',
    ],
    [
      'events after the test',
      { ...plain, time_scale: 10 },
      '1 event of its functions starts at time_scale 10 after the test of 20 s and is left out',
    ],
    [
      'a long duration',
      { ...plain, duration_scale: 8_000 },
      'durations reach 72,000 ms, but limits.timeout_ms is 70000: such invocations will be recorded as timeouts',
    ],
  ])('%s', async (_, trace, sentence) => {
    expect(await warningsOf(trace)).toEqual([`instances.web.trace: ${sentence}`]);
  });

  test('too few functions, and one that is idle', async () => {
    expect(await warningsOf({ ...plain, functions: { top: 5 } })).toEqual([
      'instances.web.trace.functions: the window invokes 2 functions, not 5; all are taken',
    ]);
    expect(await warningsOf({ ...plain, window_s: [2, 22], functions: ['a', 'b'] })).toEqual([
      'instances.web.trace.functions: the window does not invoke 1 function (b)',
    ]);
  });

  test('rows that are dirty', async () => {
    const short =
      'HashOwner,HashApp,HashFunction,Trigger,1\no,p,first678,http,2\no,p,second78,http,-4\no,p,third678,http,1\no,p,third678,http,9\n';
    const durations = [
      HEADER_DURATIONS,
      'o,p,first678,0,1,1,1,-1,0,0,3,2,2,2',
      'o,p,first678,1,1,1,1,1,1,1,1,1,1,1',
    ].join('\n');
    const trace = { format: 'azure2019', file: 'd.csv', durations_file: 'e.csv', time_scale: 1 / 3 };
    expect(await warningsOf(trace, { 'd.csv': short, 'e.csv': durations })).toEqual([
      'instances.web.trace.file: 1 row repeats a function that has one already; the first of each counts',
      'instances.web.trace.file: 1 value is below zero and read as 0',
      'instances.web.trace.durations_file: it does not know 1 function (third678), whose invocations are sent without a duration',
      'instances.web.trace.durations_file: the average is 0 ms for 1 function (first678); kept as it is',
      'instances.web.trace.durations_file: 1 row repeats a function that has one already; the first of each counts',
      'instances.web.trace.durations_file: 1 function has percentiles below zero, read as 0',
      'instances.web.trace.durations_file: 1 function has a percentile below a lower one, read as equal to it',
    ]);
    const early = 'function,start_s\na,-1\na,0\n';
    expect(await warningsOf(plain, { 't.csv': early })).toEqual([
      'instances.web.trace.file: 1 event begins before second 0 of the trace and is left out',
    ]);
  });

  test('keys that mean nothing beside a trace', async () => {
    expect((await loaded(replaying(plain, { rate: 3, cv: 2 }))).warnings).toEqual([
      'instances.web.rate: means nothing to distribution "Trace", ignored',
      'instances.web.cv: means nothing to distribution "Trace", ignored',
    ]);
  });
});

describe('what is wrong with a trace is told in one line', () => {
  const at = 'a.json: instances.web.trace';
  test.each([
    ['no trace', undefined, `${at}: is missing; distribution "Trace" needs it, an object with "format" and "file"`],
    ['no file', { format: 'csv' }, `${at}.file: is missing; must be the path of a file`],
    [
      'an unknown format',
      { format: 'azure', file: 't.csv' },
      `${at}.format: must be one of "azure2019", "azure2021", "csv", got "azure"`,
    ],
    ['a misspelt key', { ...plain, time_scal: 2 }, `${at}.time_scal: unknown key; did you mean "time_scale"?`],
    [
      'wrong columns',
      { format: 'azure2021', file: 't.csv' },
      `${at}.file: t.csv: line 1: has no column "app"; must be app,func,end_timestamp,duration`,
    ],
    [
      'the window of another format',
      { ...plain, minutes: [0, 1] },
      `${at}.minutes: does not belong to format "csv"; use "window_s"`,
    ],
    ['a window of no length', { ...counts, minutes: [5, 5] }, `${at}.minutes: must end after it begins, got [5,5]`],
    [
      'half a minute',
      { ...counts, minutes: [0.5, 5] },
      `${at}.minutes[0]: must be a whole number from 0 to 1440, got 0.5`,
    ],
    [
      'an idle window',
      { ...counts, minutes: [540, 560] },
      `${at}: selects no function: the window of the trace invokes none`,
    ],
    [
      'an unknown function',
      { ...plain, functions: ['a', 'c'] },
      `${at}.functions[1]: is no function of the trace, nor at least 8 characters that one begins with`,
    ],
    [
      'both ways to choose',
      { ...plain, functions: { top: 1, sample: 1 } },
      `${at}.functions: must say either "top" or "sample"`,
    ],
    ['no way to choose', { ...plain, functions: {} }, `${at}.functions: must say either "top" or "sample"`],
    [
      'a word instead of functions',
      { ...plain, functions: 'all' },
      `${at}.functions: must be {"top": n}, {"sample": n} or a list of functions, got "all"`,
    ],
    [
      'no functions',
      { ...plain, functions: [] },
      `${at}.functions: must be {"top": n}, {"sample": n} or a list of functions, got []`,
    ],
    [
      'an empty file',
      { ...plain, file: 'empty.csv' },
      `${at}.file: empty.csv: line 1: has no header; must be function,start_s[,duration_ms]`,
    ],
    ['no time', { ...plain, time_scale: 0 }, `${at}.time_scale: must be a number from 0.000001 to 1000000, got 0`],
    [
      'too dense a plan',
      { ...counts, time_scale: 1e-6, rate_scale: 1_000 },
      `${at}: its busiest minute would become 83,333,333 arrivals a second, at most 1000000 can be planned; choose a larger time_scale or a smaller rate_scale`,
    ],
    [
      'missing durations',
      { ...counts, durations_file: 't.csv' },
      `${at}.durations_file: t.csv: line 1: has no column "HashOwner"; must be HashOwner,HashApp,HashFunction,Average,percentile_Average_0,percentile_Average_1,percentile_Average_25,percentile_Average_50,percentile_Average_75,percentile_Average_99,percentile_Average_100`,
    ],
  ])('%s', async (_, trace, line) => {
    expect(await faultsOf(replaying(trace))).toEqual([line]);
  });

  test('more of what has times of its own', async () => {
    const [line, ...others] = await faultsOf(replaying({ ...plain, rate_scale: 2 }));
    expect(others).toEqual([]);
    expect(line).toMatch(
      /^a\.json: instances\.web\.trace\.rate_scale: must be at most 1 for format "csv", got 2: .*same instant/,
    );
  });

  test('a duration for which the body has no place', async () => {
    expect(await faultsOf(replaying(plain, { param_file: 'ms.json' }))).toEqual([
      `${at}.duration_parameter: "ms" stands among the instance's own parameters, which the trace's durations would replace; take it out, or name another`,
    ]);
    const noPlace =
      /duration_parameter: the trace's durations are sent as parameter "ms", for which the instance's body has no place/;
    expect((await faultsOf(replaying(plain, { data_file: 'p.json' }))).join('\n')).toMatch(noPlace);
    const generic = { ...replaying(plain, { url: 'http://127.0.0.1/', data: [1] }), endpoint: 'generic' };
    expect((await faultsOf(generic)).join('\n')).toMatch(noPlace);
  });

  test('a name that a function of a trace has already', async () => {
    const { instances } = replaying(plain) as { instances: object };
    const taken = { application: 'hello', distribution: 'Constant', rate: 1 };
    expect(await faultsOf(config({ instances: { ...instances, 'web/b': taken } }))).toEqual([
      'a.json: instances["web/b"]: is also the name of a function of a trace; name it otherwise',
    ]);
  });
});

describe('the manifest', () => {
  test('has the SHA-256 of every file of a trace by its absolute path', async () => {
    await inFolder({ 'a.json': replaying({ ...counts, time_scale: 1 / 60 }), ...FILES }, async (cwd) => {
      const { files } = (await loadWorkload('a.json', { cwd })).source;
      expect(files[join(cwd, 'inv.csv')]).toBe(sha256(FILES['inv.csv']));
      expect(files[join(cwd, 'dur.csv')]).toBe(sha256(FILES['dur.csv']));
      expect(Object.keys(files)).toHaveLength(3);
    });
  });

  test('says what the rows of each function follow from', async () => {
    const trace = { ...counts, functions: ['c13acdc7'], time_scale: 1 / 60, rate_scale: 0.5, spread: 'even' };
    const { instances } = (await loaded(replaying(trace))).source.resolved as { instances: Record<string, object> };
    expect(Object.keys(instances)).toEqual(['web/c13acdc7']);
    const recorded = instances['web/c13acdc7'];
    expect(recorded).toMatchObject({ application: 'sleep', distribution: 'Trace' });
    expect((recorded as { trace: object }).trace).toEqual({
      format: 'azure2019',
      file: 'inv.csv',
      file_sha256: sha256(FILES['inv.csv']),
      durations_file: 'dur.csv',
      durations_sha256: sha256(FILES['dur.csv']),
      instance: 'web',
      function:
        'c455703077a17a9b8d0fc655d939fcc6d24d819fa9a1066b74f710c35a43cbc8/' +
        '68baea05aa0c3619b6feb78c80a07e27e4e68f921d714b8125f916c3b3370bf2/' +
        'c13acdc7567b225971cef2416a3a2b03c8a4d8d154df48afe75834e2f5c59ddf',
      functions: 'named',
      minutes: [0, 20],
      time_scale: 1 / 60,
      rate_scale: 0.5,
      duration_scale: 1,
      spread: 'even',
      duration_parameter: 'ms',
    });
  });

  const scale = fc.double({ min: 0.001, max: 1, noNaN: true });
  const traces = fc.oneof(
    fc.record({
      format: fc.constant('azure2019'),
      file: fc.constant('inv.csv'),
      durations_file: fc.option(fc.constant('dur.csv')),
      minutes: fc.option(fc.constantFrom([0, 20], [100, 1_440])),
      functions: fc.option(fc.constantFrom({ top: 2 }, { sample: 3 }, ['a2faad78'])),
      time_scale: scale,
      rate_scale: fc.double({ min: 0.001, max: 3, noNaN: true }),
      spread: fc.option(fc.constantFrom('uniform', 'even')),
    }),
    fc.record({
      format: fc.constant('azure2021'),
      file: fc.constant('21.csv'),
      window_s: fc.option(fc.constantFrom([0, 60], [30, 1_000])),
      functions: fc.option(fc.constantFrom({ top: 5 }, { sample: 20 })),
      time_scale: scale,
      rate_scale: scale,
    }),
    fc.record({ format: fc.constant('csv'), file: fc.constant('t.csv'), rate_scale: scale }),
  );

  test('is enough to plan the run again, row for row, from the same files', async () => {
    await inFolder(FILES, async (cwd) => {
      await fc.assert(
        fc.asyncProperty(traces, fc.option(fc.constant([1, 9])), fc.nat(), async (trace, window, seed) => {
          const steady = { application: 'hello', distribution: 'Constant', rate: 1 };
          const { instances } = replaying(trace, { activity_window: window }) as { instances: object };
          const given = config({ random_seed: seed, instances: { steady, ...instances } });
          const workload = await inFolder({ 'a.json': given }, (folder) =>
            loadWorkload(join(folder, 'a.json'), { cwd }),
          );
          const resolved = JSON.parse(JSON.stringify(workload.source.resolved)) as Record<string, unknown>;
          const source = await planSourceFromResolved(resolved, workload.source.files);
          const [again, first] = [source, workload].map((of) => summarizePlan(planOf(of), of));
          // Inputs are not recorded with a row, so they are not planned again.
          const timesOf = ({ firstRows, ...rest }: typeof again & object): object => ({
            ...rest,
            firstRows: firstRows.map(({ seq, instance, plannedUs }) => [seq, instance, plannedUs]),
          });
          expect(timesOf(again!)).toEqual(timesOf(first!));
        }),
        { numRuns: 60 },
      );
    });
  });

  test('and where a file is gone or differs, one line says which to restore', async () => {
    await inFolder({ 'a.json': replaying(plain), ...FILES }, async (cwd) => {
      const { resolved, files } = (await loadWorkload('a.json', { cwd })).source;
      const path = join(cwd, 't.csv');
      const restore = `restore the file whose SHA-256 is ${sha256(CSV)}`;
      const again = (): Promise<unknown> => planSourceFromResolved(resolved, files);
      await appendFile(path, 'a,9,1\n');
      await expect(again()).rejects.toThrow(`its trace ${path} is not what it was; ${restore}`);
      await appendFile(path, 'a,soon,1\n');
      await expect(again()).rejects.toThrow(
        /is not what it was \(line 6, column "start_s": must be a number, got "soon"\); restore/,
      );
      await rm(path);
      await expect(again()).rejects.toThrow(`its trace ${path} is gone; ${restore}`);
    });
  });
});

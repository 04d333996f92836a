import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { packageRoot } from '../../common/package-root.js';
import { emptyFolder } from '../support/programs.js';
import { callFunction, RUNTIMES, type RuntimeName } from './call-function.js';
import { markdownDocuments } from './markdown-documents.js';

const EXTENSIONS = { node: 'js', python: 'py' };

async function answersOf(file: string, runtime: RuntimeName, payloads: unknown[], env = {}): Promise<unknown[]> {
  const whole = { ...process.env, ...env };
  const called = await callFunction(`${file}.${EXTENSIONS[runtime]}`, runtime, 'main', payloads, whole);
  return called.map(({ answer }) => answer);
}

/** The generator of the functions: the states of x → 1664525·x + 1013904223 mod 2³² after 1, here without 32-bit tricks. */
function states(count: number): number[] {
  let state = 1n;
  return Array.from({ length: count }, () => {
    state = (state * 1664525n + 1013904223n) % (1n << 32n);
    return Number(state);
  });
}

describe.each(RUNTIMES)('on %s', (runtime) => {
  test('primes finds those that have no divisor, and as many below powers of ten as are known', async () => {
    const isPrime = (n: number): boolean =>
      n > 1 && Array.from({ length: n - 2 }, (_, at) => at + 2).every((divisor) => n % divisor !== 0);
    const ends = Array.from({ length: 131 }, (_, n) => n); // 121 = 11² is the first square of a two-digit prime
    const small = ends.map((n) => {
      const found = ends.slice(0, n + 1).filter(isPrime);
      return { n, count: found.length, largest: found.at(-1) ?? null, sum: found.reduce((a, b) => a + b, 0) };
    });
    // https://oeis.org/A006880 and A046731; 9973, 99991 and 9999991 are the largest below (A003618).
    const known = [
      { n: 10_000, count: 1_229, largest: 9_973, sum: 5_736_396 },
      { n: 100_000, count: 9_592, largest: 99_991, sum: 454_396_537 },
      { n: 10_000_000, count: 664_579, largest: 9_999_991, sum: 3_203_324_994_356 },
    ];
    const expected = [...small, ...known];
    expect(
      await answersOf(
        'primes/primes',
        runtime,
        expected.map(({ n }) => ({ n })),
      ),
    ).toEqual(expected);
  });

  test('matmul multiplies: trace and checksum are those of the definition in whole numbers of any size', async () => {
    const sizes = [1, 2, 7, 20];
    const expected = sizes.map((n) => {
      const drawn = states(2 * n * n).map((state) => BigInt(state >>> 24));
      const [a, b] = [drawn.slice(0, n * n), drawn.slice(n * n)];
      const entry = (row: number, column: number): bigint =>
        Array.from({ length: n }, (_, k) => a[row * n + k]! * b[k * n + column]!).reduce((x, y) => x + y);
      let [trace, checksum] = [0n, 0n];
      for (let row = 0; row < n; row += 1) {
        trace += entry(row, row);
        for (let column = 0; column < n; column += 1) checksum = (checksum * 31n + entry(row, column)) % (1n << 32n);
      }
      return { n, trace: Number(trace), checksum: Number(checksum) };
    });
    expect(
      await answersOf(
        'matmul/matmul',
        runtime,
        sizes.map((n) => ({ n })),
      ),
    ).toEqual(expected);
  });

  test('base64 says in s_encode and s_decode what FaaSProfiler’s own function says', async () => {
    const [full, odd] = await answersOf('base64/base64_rounds', runtime, [{}, { size: 5, rounds: 2 }]);
    // 100 rounds of a million bytes; 4 characters for each 3 bytes begun: 1,333,336.
    expect(full).toMatchObject({ s_encode: '133333600', s_decode: '100000000' });
    const digest = createHash('sha256').update('YWFhYWE=').digest('hex');
    expect(odd).toEqual({ s_encode: '16', s_decode: '10', digest });
  });

  test('json gives the means and the digest of the document that it says it has', async () => {
    const n = 57;
    const drawn = states(3 * n).map((state) => state % 1_000_000);
    const coordinates = Array.from({ length: n }, (_, at) => {
      const [x, y, z] = drawn.slice(at * 3, at * 3 + 3);
      return `{"x":${x},"y":${y},"z":${z},"name":"point ${at}","opts":{"1":[1,true]}}`;
    });
    const text = `{"coordinates":[${coordinates.join(',')}],"info":"some info"}`;
    const mean = (axis: number): number => drawn.filter((_, at) => at % 3 === axis).reduce((a, b) => a + b) / n;
    const [answer] = await answersOf('json/json_rounds', runtime, [{ n, rounds: 3 }]);
    const digest = createHash('sha256').update(text).digest('hex');
    expect(answer).toEqual({ n, x: mean(0), y: mean(1), z: mean(2), rounds: 3, bytes: text.length, digest });
  });

  test('file_io leaves no file, and tells a folder that it cannot write to', async () => {
    const folder = emptyFolder();
    const [answer] = await answersOf('file_io/file_io', runtime, [{ mb: 3, block_kb: 100, rounds: 2 }], {
      TMPDIR: folder,
    });
    expect(answer).toMatchObject({ mb: 3, rounds: 2 });
    expect(readdirSync(folder)).toEqual([]);
    // Of the blocks of 100 KiB the last is cut: 3 MiB = 30 · 100 KiB + 72 KiB.
    const content = Buffer.alloc(3 * 2 ** 20, Buffer.from(Array.from({ length: 256 }, (_, j) => (j * 31 + 7) % 256)));
    for (let at = 0; at < content.length; at += 102_400) content.writeUInt32LE(at, at);
    expect((answer as { digest: string }).digest).toBe(createHash('sha256').update(content).digest('hex'));
  });

  test('file_io sees that the disk gave back something else', async () => {
    const folder = emptyFolder();
    // A disk that loses a byte: the runtime's own fsync is replaced before the function is loaded.
    writeFileSync(
      join(folder, 'lossy.cjs'),
      `const fs = require('node:fs');
       const fsyncSync = fs.fsyncSync;
       fs.fsyncSync = (file) => { fs.writeSync(file, 'X', 70_000); fsyncSync(file); };`,
    );
    writeFileSync(
      join(folder, 'sitecustomize.py'),
      'import os\nfsync = os.fsync\nos.fsync = lambda file: (os.pwrite(file, b"X", 70_000), fsync(file))\n',
    );
    const env = { NODE_OPTIONS: `--require ${join(folder, 'lossy.cjs')}`, PYTHONPATH: folder };
    const [answer] = await answersOf('file_io/file_io', runtime, [{}], env);
    expect(answer).toEqual({ error: expect.stringMatching(/^self-check: \S+ does not hold what was written$/) });
  });

  test('memory is resident: the process has had as many MiB as were asked for', async () => {
    const file = join(packageRoot, 'functions', 'memory', `memory.${EXTENSIONS[runtime]}`);
    const status = "readFileSync('/proc/self/status', 'utf8')";
    const [program, args]: [string, string[]] =
      runtime === 'node'
        ? [
            process.execPath,
            [
              '-e',
              `const { readFileSync } = require('node:fs');
               require(process.argv[1]).main({ mb: 300 }).then(() => console.log(${status}));`,
              file,
            ],
          ]
        : [
            'python3',
            [
              '-Bc',
              'import sys; sys.path.insert(0, sys.argv[1]); import memory; memory.main({"mb": 300}); print(open("/proc/self/status").read())',
              dirname(file),
            ],
          ];
    const { stdout } = await promisify(execFile)(program, args);
    const highWaterKb = Number(/^VmHWM:\s+(\d+) kB$/m.exec(stdout)![1]);
    expect(highWaterKb).toBeGreaterThan(300 * 1_024);
    expect(highWaterKb).toBeLessThan(500 * 1_024);
  });
});

test.skipIf(RUNTIMES.length < 2)('both runtimes render the same HTML, and refuse the same', async () => {
  const texts = fc.sample(
    fc.oneof(markdownDocuments, fc.string({ unit: fc.constantFrom(...'ab*`#>-1.)[(]!<\\\n \n "&_=+é') })),
    {
      numRuns: 1_500,
      seed: 8,
    },
  );
  const payloads = texts.map((text) => ({ text }));
  const [python, node] = await Promise.all([
    answersOf('markdown/markdown', 'python', payloads),
    answersOf('markdown/markdown', 'node', payloads),
  ]);
  expect(python).toEqual(node);
  expect(python!.every((answer) => typeof (answer as { html_response: unknown }).html_response === 'string')).toBe(
    true,
  );
});

test.skipIf(RUNTIMES.length < 2)(
  'both runtimes read parameters alike, whole numbers with a decimal point, too',
  async () => {
    const odd = fc.oneof(fc.integer({ min: -3, max: 30 }), fc.constantFrom(2.5, '7', null, true, [], {}, 'é'));
    const payloads = [...fc.sample(fc.record({ n: odd }), { numRuns: 60, seed: 8 })];
    for (const file of ['primes/primes', 'matmul/matmul', 'json/json_rounds']) {
      const [python, node] = await Promise.all([
        answersOf(file, 'python', payloads),
        answersOf(file, 'node', payloads),
      ]);
      expect(python).toEqual(node);
    }
  },
);

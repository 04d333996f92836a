import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { packageRoot } from '../../common/package-root.js';
import { emptyFolder } from '../support/programs.js';
import { callFunction, everyManifest, isForLambda, RUNTIMES, type RuntimeName } from './call-function.js';
import { matching } from './matching.js';

for (const { folder, manifest } of everyManifest()) {
  for (const [runtime, { file, main, handler }] of Object.entries(manifest.runtimes)) {
    if (!RUNTIMES.includes(runtime as RuntimeName)) continue;
    const name = `${manifest.name} on ${runtime}`;
    const call = (entry: string, payloads: unknown[]) =>
      callFunction(`${folder}/${file}`, runtime as RuntimeName, entry as 'main' | 'handler', payloads, {
        ...process.env,
        TMPDIR: emptyFolder(),
      });
    const payloads = manifest.expected.map(({ parameters }) => parameters);

    test(`${name} returns what its manifest expects`, async () => {
      const answers = await call(main, payloads);
      const expected = manifest.expected.map(({ result, fails }) =>
        fails === undefined ? { answer: matching(result!) } : { fault: fails },
      );
      expect(answers).toEqual(expected);
    });

    test(`${name} returns the same to Lambda: results as they are, faas_measure's as one string, errors thrown`, async () => {
      const cases = manifest.expected.filter(isForLambda);
      const answers = await call(
        handler.split('.')[1]!,
        cases.map(({ parameters }) => parameters),
      );
      const expected = cases.map(({ result = {}, fails }) => {
        if (manifest.name === 'faas_measure') return { answer: expect.any(String) };
        const fault = fails ?? result['error'];
        return fault === undefined ? { answer: matching(result) } : { fault };
      });
      expect(answers).toEqual(expected);
    });
  }
}

test('OpenWhisk evaluates Node code inside a function of its own: main is found there, too', () => {
  for (const { folder, manifest } of everyManifest()) {
    const { file, main } = manifest.runtimes.node!;
    const code = readFileSync(join(packageRoot, 'functions', folder, file), 'utf8');
    // The runtime's own module is around the code, so its exports must be added to and not replaced.
    const around = { exports: { runtime: true } };
    const wrapped = new Function('require', 'module', 'exports', `${code}\nreturn ${main};`) as (
      ...surroundings: unknown[]
    ) => unknown;
    expect(wrapped(createRequire(import.meta.url), around, around.exports)).toBeTypeOf('function');
    expect(around.exports).toMatchObject({ runtime: true, [main]: expect.any(Function) });
  }
});

/**
 * The n-th state of x → a·x + c mod 2³² without walking there: squaring the map (a, c) doubles its steps.
 * Independent of the functions, which walk.
 */
function lcgState(n: number): number {
  const modulus = 1n << 32n;
  let [factor, offset] = [1664525n, 1013904223n];
  let state = 1n;
  for (let steps = BigInt(n); steps > 0n; steps >>= 1n) {
    if (steps & 1n) state = (factor * state + offset) % modulus;
    [factor, offset] = [(factor * factor) % modulus, (offset * (factor + 1n)) % modulus];
  }
  return Number(state);
}

const EXTENSIONS = { node: 'js', python: 'py' };

for (const runtime of RUNTIMES) {
  test(`cpu on ${runtime} walks exactly n steps of the generator`, async () => {
    const counts = [2, 1000, 123_457];
    const answers = await callFunction(`cpu/cpu.${EXTENSIONS[runtime]}`, runtime, 'main', [
      ...counts.map((n) => ({ n })),
      {},
    ]);
    expect(answers).toEqual([...counts, 1_000_000].map((n) => ({ answer: { n, checksum: lcgState(n) } })));
  });
}

for (const runtime of RUNTIMES) {
  test(`cpu on ${runtime} is busy for the CPU time that it is asked for, and has walked as many steps as it says`, async () => {
    const asked = [1, 7.5, 60];
    const answers = await callFunction(
      `cpu/cpu.${EXTENSIONS[runtime]}`,
      runtime,
      'main',
      asked.map((ms) => ({ ms })),
    );
    const busy = answers.map(({ answer }) => answer as { n: number; checksum: number; cpu_ms: number });
    for (const [i, ms] of asked.entries()) expect(busy[i]!.cpu_ms).toBeGreaterThanOrEqual(ms);
    expect(busy.map(({ checksum }) => checksum)).toEqual(busy.map(({ n }) => lcgState(n)));
    // Eight times the time is more steps on any machine.
    expect(busy[2]!.n).toBeGreaterThan(busy[1]!.n);
  });
}

for (const runtime of RUNTIMES) {
  test(`sleep on ${runtime} never wakes before its time, and says how long it slept`, async () => {
    const asked = [0, 1, 7.5, 30];
    const answers = await callFunction(
      `sleep/sleep.${EXTENSIONS[runtime]}`,
      runtime,
      'main',
      asked.map((ms) => ({ ms })),
    );
    const slept = answers.map(({ answer }) => (answer as { slept_ms: number }).slept_ms);
    for (const [i, ms] of asked.entries()) expect(slept[i]).toBeGreaterThanOrEqual(ms);
  });
}

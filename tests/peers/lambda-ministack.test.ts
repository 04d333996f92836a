import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  CreateFunctionCommand,
  PublishVersionCommand,
  PutFunctionConcurrencyCommand,
  waitUntilFunctionActiveV2,
} from '@aws-sdk/client-lambda';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Analysis } from '../../analyzer/analysis.js';
import { lambdaClient } from '../../platforms/lambda/client.js';
import { zipOf } from '../embedded/zip.js';
import { invocationsOf, readText } from '../invoker/running.js';
import { type Emulator, startEmulator } from '../support/emulator-process.js';
import { closedPort } from '../support/http-servers.js';
import { emptyFolder, type Ended, programEnded } from '../support/programs.js';
import { pythonProgram } from '../support/python-package.js';

// MiniStack runs Node functions without containers and speaks Lambda's protocol on its own terms, not on ours.
const ministack = pythonProgram('ministack', 'ministack==1.5.33');
const ENVIRONMENT = { AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test', AWS_REGION: 'us-east-1' };
const CODE = `exports.handler = async ({ fail, sleepMs = 0 }) => {
  if (fail) throw new Error('boom');
  await new Promise((done) => setTimeout(done, sleepMs));
  return { ok: true };
};`;

let url: string;
let emulator: Emulator | undefined;

beforeAll(async () => {
  if (ministack === undefined) return;
  url = await closedPort();
  emulator = await startEmulator(ministack, [], url, { BIND_HOST: '127.0.0.1', GATEWAY_PORT: new URL(url).port });
  const place = { region: 'us-east-1', endpointUrl: url, insecure: false };
  const client = lambdaClient(place, { accessKeyId: 'test', secretAccessKey: 'test' });
  for (const FunctionName of ['hello', 'narrow']) {
    await client.send(
      new CreateFunctionCommand({
        FunctionName,
        Runtime: 'nodejs20.x',
        Role: 'arn:aws:iam::000000000000:role/any',
        Handler: 'index.handler',
        Code: { ZipFile: zipOf([{ path: 'index.js', content: Buffer.from(CODE) }], true) },
      }),
    );
    await waitUntilFunctionActiveV2({ client, maxWaitTime: 60 }, { FunctionName });
  }
  await client.send(new PublishVersionCommand({ FunctionName: 'hello' }));
  await client.send(new PutFunctionConcurrencyCommand({ FunctionName: 'narrow', ReservedConcurrentExecutions: 1 }));
  client.destroy();
});

afterAll(() => emulator?.stop());

async function runOf(
  instances: Record<string, { application: string; params?: object; rate?: number }>,
  endpoint: object = {},
): Promise<{ cwd: string; directory: string; run: Ended }> {
  const cwd = emptyFolder();
  const listed = Object.entries(instances).map(([name, { application, params, rate = 10 }]) => {
    if (params !== undefined) writeFileSync(join(cwd, `${name}.json`), JSON.stringify(params));
    const payload = params === undefined ? {} : { param_file: `${name}.json` };
    return [name, { application, distribution: 'Constant', rate, ...payload }];
  });
  const config = {
    test_name: 'ministack',
    test_duration_in_seconds: 1,
    random_seed: 1,
    endpoint: { kind: 'lambda', endpoint_url: url, ...endpoint },
    limits: { lateness_budget_ms: 60_000 },
    instances: Object.fromEntries(listed) as object,
  };
  writeFileSync(join(cwd, 'config.json'), JSON.stringify(config));
  const run = await programEnded('WorkloadInvoker', ['-c', 'config.json'], { cwd, env: ENVIRONMENT });
  return { cwd, directory: join(cwd, 'runs', 'latest'), run };
}

const count = <T>(values: T[], wanted: T): number => values.filter((value) => value === wanted).length;

describe.skipIf(ministack === undefined)('on MiniStack', () => {
  test('executions that succeed and fail are told apart, each with an id and its answer', async () => {
    const { directory, run } = await runOf({
      good: { application: 'hello' },
      version: { application: 'hello:1' },
      bad: { application: 'hello', params: { fail: true } },
    });
    expect(run.status, run.stderr).toBe(0);
    const rows = await invocationsOf(directory);
    expect(rows).toHaveLength(30);
    expect(new Set(rows.map(({ activation_id }) => activation_id)).size).toBe(30);
    expect(rows.every(({ status }) => status === 200)).toBe(true);
    const bad = rows.filter(({ instance }) => instance === 'bad');
    expect(
      count(
        bad.map(({ error }) => error),
        'function_error',
      ),
    ).toBe(10);
    expect(
      count(
        rows.map(({ outcome }) => outcome),
        'ok',
      ),
    ).toBe(20);
    const kept = readText(directory, 'responses.ndjson');
    expect(kept.match(/"body":"\{\\"ok\\": true\}"/g)).toHaveLength(20);
    expect(kept.match(/\\"errorMessage\\": \\"boom\\"/g)).toHaveLength(10);
  });

  test('its tails hold no REPORT line, so cold starts are unknown and not guessed', async () => {
    const { cwd, run } = await runOf({ good: { application: 'hello' } });
    expect(run.status, run.stderr).toBe(0);
    const analyzed = await programEnded('WorkloadAnalyzer', ['--json'], { cwd, env: ENVIRONMENT });
    expect(analyzed.status, analyzed.stderr).toBe(0);
    const { records, overall } = JSON.parse(analyzed.stdout) as Analysis;
    expect(records).toMatchObject({ source: 'records', read: 0, expected: 10, missing: 10 });
    expect(overall.cold_share.value).toBeNull();
  });

  test('what exceeds the reserved concurrency is throttled at once, with the reason, and is no activation', async () => {
    // One at a time for 2 s each: of 10 within a second the first is taken, and those that come before its end are not.
    const { directory, run } = await runOf({ slow: { application: 'narrow', params: { sleepMs: 2_000 } } });
    expect(run.status, run.stderr).toBe(0);
    const rows = await invocationsOf(directory);
    const throttled = rows.filter(({ error }) => error === 'throttled');
    expect(rows.filter(({ outcome }) => outcome === 'ok')).toHaveLength(1);
    expect(throttled).toHaveLength(9);
    expect(throttled.every(({ status, activation_id }) => status === 429 && activation_id === null)).toBe(true);
    const reasons = readText(directory, 'responses.ndjson').match(/ReservedFunctionConcurrentInvocationLimitExceeded/g);
    expect(reasons).toHaveLength(9);
  });

  test('Events are accepted', async () => {
    const { directory, run } = await runOf({ good: { application: 'hello' } }, { invocation_type: 'Event' });
    expect(run.status, run.stderr).toBe(0);
    const rows = await invocationsOf(directory);
    expect(rows.every(({ outcome, status }) => outcome === 'ok' && status === 202)).toBe(true);
    expect(new Set(rows.map(({ activation_id }) => activation_id)).size).toBe(10);
  });

  test.each([
    ['a function', { application: 'gone' }, {}],
    ['a qualifier', { application: 'hello' }, { qualifier: '99' }],
  ])('%s that is not there ends the run before it starts', async (_, instance, endpoint) => {
    const { run } = await runOf({ a: instance }, endpoint);
    expect(run.status).toBe(2);
    expect(run.stderr).toMatch(
      /instances\.a\.application: the function ".*" (with qualifier "99" )?does not exist on http/,
    );
  });
});

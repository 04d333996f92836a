import { once } from 'node:events';
import { symlinkSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { ListFunctionsCommand } from '@aws-sdk/client-lambda';
import { expect, onTestFinished, test } from 'vitest';
import { openWhiskClient } from '../../deployer/targets/openwhisk.js';
import { probe, type Step } from '../../deployer/probe.js';
import { LANGUAGES, STEPS } from '../../deployer/probed-platform.js';
import { probedOpenWhisk } from '../../deployer/targets/openwhisk-probe.js';
import { lambdaEnvironment, startLambda } from '../embedded/protocols/lambda/lambda-fixture.js';
import { RUNTIMES } from '../functions/call-function.js';
import { closedPort } from '../support/http-servers.js';
import { emptyFolder, platformForTest, programEnded, runProgram } from '../support/programs.js';

test('a platform that works passes every step of every runtime, and keeps nothing of the probe', async () => {
  const cwd = emptyFolder();
  const env = await platformForTest(cwd);
  const { status, stdout, stderr } = runProgram('faaslab', ['validate', '--deployment'], { cwd, env });
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  const languages = RUNTIMES.map((name) => (name === 'node' ? 'nodejs' : 'python')).toSorted();
  expect(stdout.match(/^PASS .*?:.*?(?=:)/gm)).toEqual(
    languages.flatMap((language) => STEPS.map((step) => `PASS ${language}: ${step}`)),
  );
  expect(stdout).toMatch(new RegExp(`\\n${STEPS.length * languages.length} passed, 0 failed\\n$`));
  const client = openWhiskClient({ kind: 'openwhisk', access: accessFrom(env) });
  expect(await client.actions()).toEqual([]);
  await client.close();
});

test('a wrong key fails the first step with what to do; a host that is not there is one line', async () => {
  const cwd = emptyFolder();
  const env = await platformForTest(cwd);
  const validate = (changed: Record<string, string>) =>
    runProgram('faaslab', ['validate', '--deployment'], { cwd, env: { ...env, ...changed } });
  const wrongKey = validate({ WHISK_AUTH: 'nobody:verysecret' });
  expect(wrongKey.status).toBe(1);
  expect(wrongKey.stdout).toMatch(/^FAIL nodejs: create: .*refuses the key \(401\).*check WHISK_AUTH/m);
  expect(wrongKey.stdout + wrongKey.stderr).not.toContain('verysecret');
  const closed = validate({ WHISK_APIHOST: 'http://127.0.0.1:1' });
  expect(closed).toMatchObject({ status: 1, stderr: expect.stringMatching(/^faaslab: .*ECONNREFUSED.*\n$/) });
});

test.skipIf(!RUNTIMES.includes('python'))(
  'on Lambda the record is the REPORT line, which CloudWatch Logs has, too',
  async () => {
    const platform = await startLambda();
    onTestFinished(async () => void (await platform.stop()));
    const args = ['validate', '--deployment', '--to', 'lambda'];
    const { status, stdout, stderr } = await programEnded('faaslab', args, {
      cwd: emptyFolder(),
      env: lambdaEnvironment(platform),
    });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout.match(/^PASS .*?:.*?(?=:)/gm)).toEqual(
      LANGUAGES.flatMap((language) => STEPS.map((step) => `PASS ${language}: ${step}`)),
    );
    expect(stdout).toMatch(
      /record: a REPORT line came with the answer; CloudWatch Logs had it after \d+ ms\nPASS nodejs: delete: gone/,
    );
    expect((await platform.client.send(new ListFunctionsCommand({}))).Functions).toEqual([]);
  },
);

test('on Lambda a port where nobody listens is one line, a wrong secret the first step, and AWS wants a role', async () => {
  const platform = await startLambda();
  onTestFinished(async () => void (await platform.stop()));
  const cwd = emptyFolder();
  const { AWS_ENDPOINT_URL: url, ...keys } = lambdaEnvironment(platform);
  const env = { ...keys, AWS_SECRET_ACCESS_KEY: 'wrongSecret' };
  const validate = (...args: string[]) =>
    programEnded('faaslab', ['validate', '--deployment', '--to', 'lambda', ...args], { cwd, env });
  const closed = await closedPort();
  expect(await validate('--endpoint-url', closed)).toEqual({
    status: 1,
    stdout: '',
    stderr: `faaslab: Lambda at ${closed}: cannot be reached (ECONNREFUSED); is it running, and are its address and Region right?\n`,
  });
  const wrong = await validate('--endpoint-url', url);
  expect(wrong.status).toBe(1);
  expect(wrong.stdout).toMatch(/^FAIL nodejs: create: .* does not accept the signature: check AWS_SECRET_ACCESS_KEY/m);
  expect(wrong.stdout + wrong.stderr).not.toContain('wrongSecret');
  expect(await validate()).toMatchObject({ status: 2, stderr: expect.stringContaining('a new function needs a role') });
});

test('--to wsk without a wsk says what to install', async () => {
  const cwd = emptyFolder();
  // Node alone is on this PATH.
  symlinkSync(process.execPath, join(cwd, 'node'));
  const env = { WHISK_APIHOST: 'http://127.0.0.1:1', WHISK_AUTH: 'uuid:key', PATH: cwd };
  const refused = runProgram('faaslab', ['validate', '--deployment', '--to', 'wsk'], { cwd, env });
  expect(refused).toMatchObject({ status: 2, stderr: expect.stringMatching(/needs the wsk CLI, .*: install the/) });
});

/** A platform that keeps actions and breaks at one step. */
async function brokenPlatform(
  breaks: 'list' | 'invoke' | 'result',
): Promise<{ apiHost: string; actions: Set<string> }> {
  const actions = new Set<string>();
  const server = createServer((request, response) => {
    const { method, url = '' } = request;
    const name = /actions\/([^?]+)/.exec(url)?.[1];
    request.resume().on('end', () => {
      const answer = (status: number, body: unknown): void =>
        void response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
      if (name === undefined) return answer(200, breaks === 'list' ? [] : [...actions].map((each) => ({ name: each })));
      if (method === 'PUT') actions.add(name);
      if (method === 'DELETE') actions.delete(name);
      if (method === 'PUT' || method === 'DELETE') return answer(200, { name });
      if (method === 'GET') return actions.has(name) ? answer(200, { name }) : answer(404, { error: 'no' });
      if (breaks === 'invoke') return answer(503, { error: 'no invokers' });
      return answer(200, {
        activationId: 'a1',
        response: { success: true, status: 'success', result: { answer: 41 } },
      });
    });
  }).listen(0, '127.0.0.1');
  onTestFinished(() => void server.close());
  await once(server, 'listening');
  return { apiHost: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, actions };
}

test.each([
  ['list', 'it is not in the list'],
  ['invoke', 'no invokers'],
  ['result', 'success: it returned {"answer":41} where {"answer":42} is right'],
] as const)('a platform that breaks at %s: the step says why, and the probe is deleted', async (breaks, reason) => {
  const { apiHost, actions } = await brokenPlatform(breaks);
  const client = openWhiskClient({ kind: 'openwhisk', access: { apiHost, auth: 'a:b', namespace: '_' } });
  const steps: Step[] = [];
  await probe(
    probedOpenWhisk('OpenWhisk', client),
    LANGUAGES[0],
    (step) => steps.push(step),
    new AbortController().signal,
  );
  await client.close();
  const last = steps.pop()!;
  expect(last).toMatchObject({ name: `nodejs: ${breaks}`, passed: false, detail: expect.stringContaining(reason) });
  expect(steps.map(({ name }) => name)).toEqual(STEPS.slice(0, STEPS.indexOf(breaks)).map((name) => `nodejs: ${name}`));
  expect(steps.every(({ passed }) => passed)).toBe(true);
  expect(actions.size).toBe(0);
});

test('an interrupted probe is deleted before the command ends', async () => {
  const { apiHost, actions } = await brokenPlatform('result');
  const client = openWhiskClient({ kind: 'openwhisk', access: { apiHost, auth: 'a:b', namespace: '_' } });
  const interruption = new AbortController();
  const steps: Step[] = [];
  const report = (step: Step): void => {
    steps.push(step);
    if (step.name === 'nodejs: list') interruption.abort();
  };
  await probe(probedOpenWhisk('OpenWhisk', client), LANGUAGES[0], report, interruption.signal);
  await client.close();
  // An interruption is no fault of the platform.
  expect(steps.map(({ name, passed }) => [name, passed])).toEqual([
    ['nodejs: create', true],
    ['nodejs: list', true],
  ]);
  expect(actions.size).toBe(0);
});

function accessFrom(env: Record<string, string>): { apiHost: string; auth: string; namespace: string } {
  return { apiHost: env['WHISK_APIHOST']!, auth: env['WHISK_AUTH']!, namespace: '_' };
}

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { expect, onTestFinished, test, vi } from 'vitest';
import { monotonicMs } from '../../../common/clock.js';
import { compiledModule } from '../../../common/package-root.js';
import type { InvocationPort } from '../../../platforms/platform.js';
import type { WskCall } from '../../../platforms/wsk/call.js';
import { parametersOf } from '../../../platforms/wsk/parameters.js';
import { openPort, type WskDescriptor } from '../../../platforms/wsk/port.js';
import type { Payload } from '../../../workload/model.js';
import { callsOf, FAKE_WSK_FOLDER, isAlive, logOf } from '../../support/fake-wsk.js';
import { sentBy } from '../../support/flights.js';
import { emptyFolder } from '../../support/programs.js';

const ID = '0123456789abcdef0123456789abcdef';

function call(action: string, given: Partial<WskCall> = {}): WskCall {
  return { action, blocking: true, parameters: parametersOf({ kind: 'none' }), ...given };
}

function withPayload(payload: Payload): Partial<WskCall> {
  return { parameters: parametersOf(payload) };
}

interface Opened {
  port: InvocationPort;
  /** where the stand-in leaves its traces */
  folder: string;
  descriptor: WskDescriptor;
}

async function opened(calls: WskCall[], given: Partial<WskDescriptor> = {}, timeoutMs = 30_000): Promise<Opened> {
  const folder = emptyFolder();
  const descriptor: WskDescriptor = {
    wsk: join(FAKE_WSK_FOLDER, 'wsk'),
    env: { PATH: process.env['PATH']!, FAKE_WSK_DIR: folder, WHISK_APIHOST: 'http://host', WHISK_AUTH: 'uuid:secret' },
    insecure: false,
    maxProcesses: 10,
    calls,
    ...given,
  };
  // As it crosses to the firing thread: a Buffer arrives as plain bytes.
  const port = await openPort(structuredClone(descriptor), { maxInFlight: 100, timeoutMs, responseBodyBytes: 4_096 });
  onTestFinished(() => port.close());
  return { port, folder, descriptor };
}

/** From here on the folder of temporary files is one of this test's own. */
function ownTemporaryFolder(): string {
  const folder = emptyFolder();
  vi.stubEnv('TMPDIR', folder);
  onTestFinished(() => void vi.unstubAllEnvs());
  return folder;
}

function parameterFolders(temporary: string): string[] {
  return readdirSync(temporary).filter((name) => name.startsWith('faaslab-wsk-'));
}

test('place and key go by environment, parameters by a file: the argument list tells neither', async () => {
  const payload = withPayload({ kind: 'params', json: '{ "password": "hunter2" }' });
  const { port, folder } = await opened([call('/ns/pkg/hello', payload)]);
  const answer = await sentBy(port);
  // {"password":"hunter2"} has 22 bytes, and wsk sends a line feed behind it.
  expect(answer).toMatchObject({ outcome: 'ok', error: null, status: 200, activationId: ID, requestBytes: 23 });
  // `ok: invoked /_/hello with id ` has 29 bytes, the id 32, two line feeds and `{}` 4.
  expect(answer).toMatchObject({ responseBytes: 65, body: null, report: null });
  const [{ args, env, parameters }] = callsOf(folder) as [ReturnType<typeof callsOf>[number]];
  expect(args).toEqual(['action', 'invoke', '/ns/pkg/hello', '--blocking', '-P', expect.stringMatching(/\.json$/)]);
  expect(env.slice(0, 2)).toEqual(['http://host', 'uuid:secret']);
  expect(parameters).toBe('{"password":"hunter2"}\n');
  expect(args.join(' ')).not.toMatch(/secret|hunter2/);
});

test('files of parameters are ours alone, one for each content, and gone when the port is closed', async () => {
  const temporary = ownTemporaryFolder();
  const list = withPayload({ kind: 'list', jsons: ['{"a":1}', '{"a":2}', '{"a":1}', '{}'], order: 'cycle' });
  const { port, folder } = await opened([
    call('hello', list),
    call('hello', withPayload({ kind: 'params', json: '{"a":2}' })),
  ]);
  const [name] = parameterFolders(temporary);
  const whole = join(temporary, name!);
  expect(statSync(whole).mode & 0o777).toBe(0o700);
  const files = readdirSync(whole);
  expect(files).toHaveLength(2);
  expect(files.map((file) => statSync(join(whole, file)).mode & 0o777)).toEqual([0o600, 0o600]);
  for (const input of [0, 1, 2, 3]) await sentBy(port, { input });
  await sentBy(port, { instance: 1 });
  const sent = callsOf(folder).map(({ parameters }) => parameters?.trim() ?? null);
  expect(sent.toSorted()).toEqual(['{"a":1}', '{"a":1}', '{"a":2}', '{"a":2}', null].toSorted());
  await port.close();
  expect(parameterFolders(temporary)).toEqual([]);
});

test('a row’s duration is an argument beside the file of the others; -i and no --blocking where that is so', async () => {
  const payload = withPayload({ kind: 'duration', parameter: 'ms', json: '{"a":1}' });
  const { port, folder } = await opened([call('hello', { ...payload, blocking: false })], { insecure: true });
  const answer = await sentBy(port, { input: 12.5 });
  expect(answer).toMatchObject({ outcome: 'ok', status: 202 });
  const [{ args, parameters }] = callsOf(folder) as [ReturnType<typeof callsOf>[number]];
  expect(args).toEqual(['-i', 'action', 'invoke', 'hello', '-P', expect.any(String), '-p', 'ms', '12.5']);
  expect(parameters).toBe('{"a":1}');
});

test('an argument is no text for a shell', async () => {
  const odd = 'a b; touch "$FAKE_WSK_DIR/pwned" `id` $(id) *';
  const { port, folder } = await opened([call(odd)]);
  await sentBy(port);
  expect(callsOf(folder)[0]!.args[2]).toBe(odd);
  expect(readdirSync(folder)).not.toContain('pwned');
});

test.each([
  ['exit-173', { error: 'throttled', status: 429, activationId: null }],
  ['exit-148', { error: 'client_error', status: 404, activationId: null }],
  ['exit-3', { error: 'exit_3', status: null, activationId: null }],
  ['fails', { error: 'function_error', status: 502, activationId: ID }],
  ['times-out', { error: 'still_running', status: 202, activationId: ID }],
  ['panics', { error: 'protocol', status: null, activationId: null }],
  ['crashes', { error: 'exit_SIGSEGV', status: null, activationId: null }],
])('an action that %s', async (action, expected) => {
  const { port } = await opened([call(action)]);
  const answer = await sentBy(port);
  expect(answer).toMatchObject({ outcome: 'failed', ...expected });
  expect(answer.sentMs).not.toBeNull();
});

test('before the start some are started that invoke nothing; a broken one holds nothing up', async () => {
  const { port, folder } = await opened([call('hello')]);
  await port.warm(2);
  expect(readdirSync(folder)).toEqual([]);
  const broken = await opened([call('hello')], { wsk: '/nowhere/wsk' });
  await broken.port.warm(2);
});

test('sent, first output and end stand in the order in which they came', async () => {
  const { port } = await opened([call('hello')]);
  const before = monotonicMs();
  const { sentMs, firstByteMs, endMs } = await sentBy(port);
  expect([before, sentMs, firstByteMs, endMs]).toEqual(
    [before, sentMs, firstByteMs, endMs].toSorted((a, b) => a! - b!),
  );
});

test('output is counted and not kept: a flood of it leaves the id readable', async () => {
  const { port } = await opened([call('floods')]);
  // `ok: invoked /_/floods with id ` and the id and a line feed: 30 + 32 + 1 bytes before the 20,000,000.
  expect(await sentBy(port)).toMatchObject({ outcome: 'ok', activationId: ID, responseBytes: 20_000_063 });
});

test('no more processes than allowed run at once, and the waiting ones start in their order', async () => {
  const payload = withPayload({ kind: 'duration', parameter: 'ms', json: '{}' });
  const { port, folder } = await opened([call('held', payload)], { maxProcesses: 2 });
  const inputs = [1, 2, 3, 4, 5, 6];
  const answers = inputs.map((input) => sentBy(port, { input }));
  await vi.waitFor(() => expect(logOf(folder)).toHaveLength(2), { timeout: 30_000 });
  writeFileSync(join(folder, 'open'), '');
  const landed = await Promise.all(answers);
  expect(landed.map(({ outcome }) => outcome)).toEqual(inputs.map(() => 'ok'));
  const started = landed.map(({ sentMs }) => sentMs!);
  expect(started).toEqual(started.toSorted((a, b) => a - b));
  let running = 0;
  let most = 0;
  for (const line of logOf(folder)) {
    running += line.startsWith('start') ? 1 : -1;
    most = Math.max(most, running);
  }
  expect({ running, most }).toEqual({ running: 0, most: 2 });
});

test('at the deadline the process is killed with all that it started, and what waits ends without one', async () => {
  const { port, folder } = await opened([call('hangs')], { maxProcesses: 1 }, 1_000);
  const began = monotonicMs();
  const answers = await Promise.all(Array.from({ length: 50 }, () => sentBy(port)));
  for (const answer of answers) {
    expect(answer).toMatchObject({ outcome: 'failed', error: 'timeout', status: null, activationId: null });
    // A timer of Node may ring up to 1 ms early.
    expect(answer.endMs - began).toBeGreaterThan(998);
  }
  expect(answers[0]!.sentMs).not.toBeNull();
  // Those that were handed over at once meet their deadline at once; one or another may still have got the free place.
  const unsent = answers.filter(({ sentMs }) => sentMs === null);
  expect(unsent.length).toBeGreaterThan(25);
  expect(unsent.every(({ firstByteMs, responseBytes }) => firstByteMs === null && responseBytes === null)).toBe(true);
  const child = Number(readFileSync(join(folder, 'child'), 'utf8'));
  await vi.waitFor(() => expect(isAlive(child)).toBe(false), { timeout: 30_000 });
});

test('a place that a deadline made free is taken again', async () => {
  const { port } = await opened([call('hangs'), call('hello')], { maxProcesses: 1 }, 3_000);
  expect(await sentBy(port)).toMatchObject({ error: 'timeout' });
  expect(await sentBy(port, { instance: 1 })).toMatchObject({ outcome: 'ok' });
});

test('closing ends what is under way and what waits, once each, and leaves no process', async () => {
  const { port, folder } = await opened([call('hangs')], { maxProcesses: 1 });
  const answers = [sentBy(port), sentBy(port)];
  await vi.waitFor(() => expect(readdirSync(folder)).toContain('child'), { timeout: 30_000 });
  await port.close();
  for (const answer of await Promise.all(answers)) {
    expect(answer).toMatchObject({ outcome: 'lost', error: 'interrupted', activationId: null });
  }
  const child = Number(readFileSync(join(folder, 'child'), 'utf8'));
  await vi.waitFor(() => expect(isAlive(child)).toBe(false), { timeout: 30_000 });
});

test('a wsk that is not there any more is a record, too', async () => {
  const { port } = await opened([call('hello')], { wsk: '/nowhere/wsk' });
  expect(await sentBy(port)).toMatchObject({ outcome: 'failed', error: 'no_process', sentMs: null, status: null });
});

test('when the process that starts them is killed, every row ends, and no process is left', async () => {
  const { port, folder } = await opened([call('hangs'), call('hello')], { maxProcesses: 1 });
  const answers = [sentBy(port), sentBy(port, { instance: 1 })];
  await vi.waitFor(() => expect(readdirSync(folder)).toContain('child'), { timeout: 30_000 });
  process.kill(Number(readFileSync(join(folder, 'starter'), 'utf8')), 'SIGKILL');
  for (const answer of await Promise.all(answers)) {
    expect(answer).toMatchObject({ outcome: 'failed', error: 'no_process', status: null });
  }
  expect(await sentBy(port, { instance: 1 })).toMatchObject({ error: 'no_process' });
  const child = Number(readFileSync(join(folder, 'child'), 'utf8'));
  await vi.waitFor(() => expect(isAlive(child)).toBe(false), { timeout: 30_000 });
});

test('when the process of the port is killed, its processes and its files go with it', async () => {
  const folder = emptyFolder();
  const temporary = ownTemporaryFolder();
  const descriptor = {
    wsk: join(FAKE_WSK_FOLDER, 'wsk'),
    env: { PATH: process.env['PATH']!, FAKE_WSK_DIR: folder },
    insecure: false,
    maxProcesses: 10,
  };
  const program = `
    const { openPort } = await import(${JSON.stringify(compiledModule('platforms/wsk/port.js').href)});
    const { emptyFlight } = await import(${JSON.stringify(compiledModule('platforms/platform.js').href)});
    const descriptor = ${JSON.stringify(descriptor)};
    descriptor.calls = [{ action: 'hangs', blocking: true, parameters: { kind: 'one', bytes: Buffer.from('{"a":1}') } }];
    const port = await openPort(descriptor, { maxInFlight: 1, timeoutMs: 600000, responseBodyBytes: 0 });
    port.send(emptyFlight(), () => undefined);
    console.log('sent');`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  await once(createInterface({ input: child.stdout }), 'line');
  await vi.waitFor(() => expect(readdirSync(folder)).toContain('child'), { timeout: 30_000 });
  expect(parameterFolders(temporary)).toHaveLength(1);
  child.kill('SIGKILL');
  const grandchild = Number(readFileSync(join(folder, 'child'), 'utf8'));
  await vi.waitFor(
    () => {
      expect(isAlive(grandchild)).toBe(false);
      expect(parameterFolders(temporary)).toEqual([]);
    },
    { timeout: 30_000 },
  );
});

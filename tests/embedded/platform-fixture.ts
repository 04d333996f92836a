import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { request as httpRequest } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { compiledModule } from '../../common/package-root.js';
import type { Endpoints } from '../../embedded/server.js';

/** Parsed JSON, of whose structure the test is to judge. */
export type Json = ReturnType<typeof JSON.parse>;

/** An answer with everything that a client sees. */
export interface Answer {
  status: number;
  phrase: string;
  /** as they were sent, in lower case */
  headers: Record<string, string>;
  /** as they were spelt */
  headerNames: string[];
  text: string;
  json: Json;
}

export interface TestPlatform extends Endpoints {
  child: ChildProcess;
  /** with the key; the path below /api/v1/namespaces/_/ */
  api(method: string, path: string, body?: unknown): Promise<Answer>;
  /** with the password; the path below the database */
  couch(method: string, path: string, body?: unknown): Promise<Answer>;
  /** the path from the root, without any credentials */
  open(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer>;
  /** the record of an activation, once it is there */
  record(activationId: string): Promise<Json>;
  /** the lines of its log, without their times */
  log(activationId: string): Promise<string[]>;
  stop(): Promise<number | null>;
}

/** Starts the platform as its users do, and waits until it accepts requests. */
export async function startTestPlatform(
  args: string[] = [],
  config?: object,
  stderr: 'inherit' | 'pipe' = 'inherit',
): Promise<TestPlatform> {
  const folder = await mkdtemp(join(tmpdir(), 'faaslab-test-'));
  if (config !== undefined) {
    await writeFile(join(folder, 'platform.json'), JSON.stringify(config));
    args = [...args, '--config', join(folder, 'platform.json')];
  }
  const child = spawnPlatform(['--json', ...args], stderr);
  const [line] = (await once(createInterface({ input: child.stdout! }), 'line')) as [string];
  const endpoints = JSON.parse(line) as Endpoints;
  const { openwhisk, couchdb } = endpoints;
  const apiKey = basic(openwhisk.auth);
  const password = basic(`${couchdb.username}:${couchdb.password}`);
  const api: TestPlatform['api'] = (method, path, body) =>
    ask(method, `${openwhisk.api_host}/api/v1/namespaces/_/${path}`, body, apiKey);
  const record: TestPlatform['record'] = (activationId) =>
    eventually(async () => {
      const { status, json } = await api('GET', `activations/${activationId}`);
      return status === 200 ? json : undefined;
    });
  return {
    ...endpoints,
    child,
    api,
    couch: (method, path, body) => ask(method, `${couchdb.url}/${couchdb.database}${path}`, body, password),
    open: (method, path, body, headers) => ask(method, `${openwhisk.api_host}${path}`, body, headers ?? {}),
    record,
    async log(activationId) {
      const { logs } = await record(activationId);
      return logs.map((line: string) => line.slice(line.indexOf(' ') + 1));
    },
    async stop() {
      if (child.exitCode === null && child.signalCode === null) {
        const gone = once(child, 'exit');
        child.stdin!.end();
        await gone;
      }
      await rm(folder, { recursive: true, force: true });
      return child.exitCode;
    },
  };
}

/** The platform's process, with a pipe from us. */
export function spawnPlatform(args: string[], stderr: 'inherit' | 'pipe'): ChildProcess {
  return spawn(process.execPath, [fileURLToPath(compiledModule('embedded/main.js')), ...args], {
    stdio: ['pipe', 'pipe', stderr],
    env: { ...process.env, FAASLAB_PARENT_PIPE: '1', SECRET_OF_THE_PLATFORM: 'never in a function' },
  });
}

/** Runs the command to its end. */
export async function runPlatform(...args: string[]): Promise<{ code: number | null; stdout: string; stderr: string }> {
  const child = spawnPlatform(args, 'pipe');
  let [stdout, stderr] = ['', ''];
  child.stdout!.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr!.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, stdout, stderr };
}

export function basic(credentials: string): Record<string, string> {
  return { Authorization: `Basic ${Buffer.from(credentials).toString('base64')}` };
}

/** One HTTP request. A body that is no text goes as JSON. */
export function ask(method: string, url: string, body: unknown, headers: Record<string, string>): Promise<Answer> {
  const raw = typeof body === 'string' || Buffer.isBuffer(body);
  const sent = body === undefined ? undefined : raw ? body : JSON.stringify(body);
  const type =
    sent === undefined ? {} : { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(sent) };
  return new Promise((resolve, reject) => {
    const outgoing = httpRequest(url, { method, headers: { ...type, ...headers } }, (incoming) => {
      const chunks: Buffer[] = [];
      incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
      incoming.on('error', reject);
      incoming.on('end', () => {
        const text = Buffer.concat(chunks).toString('utf8');
        resolve({
          status: incoming.statusCode!,
          phrase: incoming.statusMessage!,
          headers: incoming.headers as Record<string, string>,
          headerNames: incoming.rawHeaders.filter((_, i) => i % 2 === 0),
          text,
          json: jsonIn(text),
        });
      });
    });
    outgoing.on('error', reject);
    outgoing.end(sent);
  });
}

export function jsonIn(text: string): Json {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Asks again until there is an answer; the test's own time limit ends what never comes. */
export async function eventually<Value>(question: () => Promise<Value | undefined>): Promise<Value> {
  for (;;) {
    const answer = await question();
    if (answer !== undefined) return answer;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

/** A function in one source file. */
export function source(kind: string, code: string, limits: object = {}): object {
  return { exec: { kind, code }, limits };
}

/** Calls a function and waits; the answer is the record. */
export interface Call {
  (parameters?: object): Promise<Json>;
  /** the action's name */
  action: string;
}

let actions = 0;

/** Creates a function of a name of its own. */
export async function functionOn(
  platform: TestPlatform,
  kind: string,
  code: string,
  limits: object = {},
): Promise<Call> {
  actions += 1;
  const action = `f${actions}`;
  const put = await platform.api('PUT', `actions/${action}`, source(kind, code, limits));
  if (put.status !== 200) throw new Error(put.text);
  const call = async (parameters: object = {}): Promise<Json> =>
    (await platform.api('POST', `actions/${action}?blocking=true`, parameters)).json;
  return Object.assign(call, { action });
}

/** The value of an annotation. */
export function annotation(record: { annotations: { key: string; value: unknown }[] }, key: string): Json {
  return record.annotations.find((entry) => entry.key === key)?.value;
}

/** Whether a process lives; one that has ended and that nobody has waited for yet does not. */
export function isRunning(pid: number): boolean {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}

/** Waits until a process is no more. */
export async function gone(pid: number): Promise<void> {
  await eventually(async () => (isRunning(pid) ? undefined : true));
}

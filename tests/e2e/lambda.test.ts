import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Analysis } from '../../analyzer/analysis.js';
import {
  answerError,
  answerOk,
  lambdaEndpoint,
  LAMBDA_ENVIRONMENT,
  LAMBDA_KEYS,
  type InvokeRequest,
  logTail,
  reportLine,
} from '../support/lambda-endpoint.js';
import { emptyFolder, type Ended, programEnded } from '../support/programs.js';

const FUNCTIONS = ['hello', 'broken', 'busy', 'forbidden'];

/** What a small account on AWS answers: one function that works, one that fails, one throttled, one that turns us away. */
function account(onInvoke: () => void) {
  let executions = 0;
  return (request: InvokeRequest, response: ServerResponse): void => {
    const { pathname } = request.url;
    if (pathname === '/2016-08-19/account-settings') {
      return void response.end('{"AccountLimit":{"ConcurrentExecutions":10}}');
    }
    const [, , , name, what] = pathname.split('/');
    if (!FUNCTIONS.includes(name!)) return answerError(response, 404, 'ResourceNotFoundException');
    if (what === 'configuration') return void response.end(JSON.stringify({ FunctionName: name }));
    onInvoke();
    if (name === 'busy') {
      return answerError(response, 429, 'TooManyRequestsException', { Reason: 'ConcurrentInvocationLimitExceeded' });
    }
    if (name === 'forbidden') {
      // AWS repeats what was signed; this is what must not be kept.
      const message = `'${LAMBDA_KEYS.sessionToken}' ${LAMBDA_KEYS.secretAccessKey} ${LAMBDA_KEYS.accessKeyId}`;
      return answerError(response, 403, 'InvalidSignatureException', { message });
    }
    if (name === 'broken') {
      response.writeHead(200, {
        'x-amz-function-error': 'Unhandled',
        'x-amz-log-result': logTail(reportLine(request.requestId)),
      });
      return void response.end('{"errorMessage":"boom","errorType":"Error"}');
    }
    executions += 1;
    answerOk(request, response, executions === 1 ? 'Init Duration: 151.60 ms\t' : '');
  };
}

function ended(name: string, args: string[], cwd: string, env: Record<string, string> = {}): Promise<Ended> {
  return programEnded(name, args, { cwd, env: { ...LAMBDA_ENVIRONMENT, ...env } });
}

function configIn(folder: string, endpointUrl: string, functions: string[], more: object = {}): string {
  const instance = (application: string) => ({ application, distribution: 'Constant', rate: 10 });
  const config = {
    test_name: 'lambda',
    test_duration_in_seconds: 1,
    random_seed: 1,
    endpoint: { kind: 'lambda', endpoint_url: endpointUrl, ...more },
    instances: Object.fromEntries(functions.map((name) => [name, instance(name)])),
    // These tests are of what is recorded, on a machine that may be busy.
    limits: { lateness_budget_ms: 60_000 },
  };
  const path = join(folder, 'config.json');
  writeFileSync(path, JSON.stringify(config));
  return path;
}

/** The argument lists of all processes. */
function argumentLists(): string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        return [readFileSync(join('/proc', pid, 'cmdline'), 'utf8')];
      } catch {
        // it has ended
        return [];
      }
    });
}

/** Every file below a folder, by path. */
function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}

test('a run on Lambda is recorded and explained, cold starts among it, and no secret reaches any file, argument or screen', async () => {
  const cwd = emptyFolder();
  mkdirSync(join(cwd, 'logs'));
  let invoked = 0;
  const commandLines: string[] = [];
  const { url } = await lambdaEndpoint(
    account(() => {
      invoked += 1;
      // While it fires: what `ps` would show of all processes of this machine.
      if (invoked === 1) commandLines.push(...argumentLists());
    }),
  );
  const config = configIn(cwd, url, FUNCTIONS);

  const run = await ended('WorkloadInvoker', ['-c', config, '-v'], cwd);
  expect(run.status, run.stderr).toBe(0);
  // Four instances, each 10 a second for one second; preflight executed nothing.
  expect(invoked).toBe(40);
  const directory = join(cwd, 'runs', 'latest');
  const manifest = JSON.parse(readFileSync(join(directory, 'manifest.json'), 'utf8')) as Analysis['manifest'];
  expect(manifest.endpoint).toEqual({
    kind: 'lambda',
    url,
    region: 'eu-central-1',
    invocation_type: 'RequestResponse',
  });
  expect(manifest.ledger).toEqual({ planned: 40, ok: 10, failed: 30, dropped: 0, lost: 0, unreached: 0 });
  // The account may execute 10 at once, and 40 are planned within a timeout.
  expect(manifest.warnings.join()).toMatch(/up to 40 invocations may be in flight at once, the account may execute 10/);

  const responses = join(directory, 'responses.ndjson');
  expect((statSync(responses).mode & 0o777).toString(8)).toBe('600');
  const kept = readFileSync(responses, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { activation_id: string | null; report?: string; body?: string });
  expect(kept).toHaveLength(40);
  // hello and broken were executed, busy and forbidden were not.
  expect(kept.filter(({ report }) => report !== undefined)).toHaveLength(20);
  expect(kept.filter(({ activation_id }) => activation_id !== null)).toHaveLength(20);
  expect(kept.filter(({ body }) => body?.includes('ConcurrentInvocationLimitExceeded'))).toHaveLength(10);
  expect(kept.filter(({ body }) => body === '{"__type":"InvalidSignatureException"}')).toHaveLength(10);

  const json = await ended('WorkloadAnalyzer', ['--json', '--wait', '0'], cwd);
  expect(json.status, json.stderr).toBe(0);
  const { records, summary, functions } = JSON.parse(json.stdout) as Analysis;
  expect(records).toEqual({ source: 'records', read: 20, expected: 20, missing: 0, complete: true });
  // Of 10 executions of hello the first had an init of 151.6 ms; each executed for 2.04 ms.
  expect(summary.cold).toMatchObject({ n: 1, init_ms: { mean: 151.6 }, execution_ms: { mean: 2.04 } });
  expect(summary.warm.n).toBe(19);
  const hello = functions.find(({ name }) => name === 'hello')!;
  expect(hello.duration_ms.mean).toBeCloseTo((2.04 * 10 + 151.6) / 10, 9);
  expect(functions.find(({ name }) => name === 'broken')!.error_rate.value).toBe(1);

  const shown = await ended('WorkloadAnalyzer', ['-v', '-r', '-p', '-a', '--report'], cwd);
  expect(shown.status, shown.stderr).toBe(0);
  expect(shown.stdout).toContain('{"ok":true}');

  const screens = [run, json, shown].map(({ stdout, stderr }) => stdout + stderr);
  const texts = [...screens, ...commandLines, ...filesBelow(cwd).map((path) => readFileSync(path, 'latin1'))];
  expect(commandLines.join()).toContain('WorkloadInvoker');
  expect(texts.length).toBeGreaterThan(15);
  for (const secret of Object.values(LAMBDA_KEYS)) {
    expect(texts.filter((text) => text.includes(secret))).toEqual([]);
  }
});

test('without a REPORT line nothing is guessed: Events are accepted, and their executions are missing', async () => {
  const cwd = emptyFolder();
  const { url } = await lambdaEndpoint(({ url: { pathname } }, response) => {
    if (pathname.endsWith('/configuration')) response.end('{}');
    else response.writeHead(202).end();
  });
  const config = configIn(cwd, url, ['hello'], { invocation_type: 'Event', qualifier: 'live' });
  const run = await ended('WorkloadInvoker', ['-c', config], cwd);
  expect(run.status, run.stderr).toBe(0);
  // An hour to wait, if the analyzer waited for what cannot come.
  const json = await ended('WorkloadAnalyzer', ['--json', '--wait', '3600'], cwd);
  expect(json.status, json.stderr).toBe(0);
  const { records, manifest, summary, warnings } = JSON.parse(json.stdout) as Analysis;
  expect(manifest.endpoint).toMatchObject({ invocation_type: 'Event', qualifier: 'live' });
  expect(records).toMatchObject({ read: 0, expected: 10, missing: 10, complete: false });
  expect(summary.all.n).toBe(0);
  expect(warnings.join()).toMatch(/10 accepted or executed invocations came without a REPORT line/);
});

test.each([
  [
    'an unknown function',
    {},
    ['gone', 'hello'],
    {},
    2,
    /^WorkloadInvoker: instances\.gone\.application: the function "gone" does not exist on http/,
  ],
  [
    'a wrong key',
    { AWS_SECRET_ACCESS_KEY: 'wrongSecretThatNobodyMaySee' },
    ['hello'],
    {},
    1,
    /does not accept the signature: check AWS_SECRET_ACCESS_KEY/,
  ],
  [
    'no credentials',
    { AWS_ACCESS_KEY_ID: '', AWS_EC2_METADATA_DISABLED: 'true' },
    ['hello'],
    {},
    2,
    /no usable AWS credentials: set AWS_ACCESS_KEY_ID/,
  ],
  ['no region', { AWS_REGION: '' }, ['hello'], {}, 2, /endpoint\.region: which region\?/],
  [
    'nobody there',
    {},
    ['hello'],
    { endpoint_url: 'http://127.0.0.1:1' },
    1,
    /^.*http:\/\/127\.0\.0\.1:1 cannot be reached: nothing listens there/m,
  ],
])('%s: nothing is started, and one line says what is wrong', async (_, env, functions, more, code, message) => {
  const cwd = emptyFolder();
  let invoked = 0;
  const { url } = await lambdaEndpoint(account(() => (invoked += 1)));
  const config = configIn(cwd, url, functions, more);
  const { status, stderr } = await ended('WorkloadInvoker', ['-c', config], cwd, env);
  expect(status, stderr).toBe(code);
  expect(stderr).toMatch(message);
  expect(stderr.trim().split('\n')).toHaveLength(1);
  expect(stderr).not.toMatch(/NobodyMaySee|AKIATEST/);
  expect(invoked).toBe(0);
  expect(readdirSync(join(cwd, 'runs'))).toEqual([]);
});

import { expect, test } from 'vitest';
import { ConfigError, PlatformError } from '../../../common/errors.js';
import { bodiesOf, type BodySource } from '../../../platforms/bodies.js';
import { connectPlatform } from '../../../platforms/registry.js';
import type { InstanceSpec, Workload } from '../../../workload/model.js';
import { closedPort, httpServer } from '../../support/http-servers.js';
import { accessTo, openWhiskDouble } from '../../support/openwhisk-double.js';
import { postTo, planSummaryOf, workloadOf } from '../../support/workloads.js';

const PLAN = planSummaryOf(10);

function platformFor(
  apiHost: string,
  instances: Partial<InstanceSpec>[],
  auth = 'uuid:key',
  given: Partial<Workload> = {},
) {
  const workload = workloadOf(instances, { endpoint: { kind: 'local_openwhisk' }, ...given });
  return connectPlatform(workload, { access: { openwhisk: accessTo(apiHost, auth) }, insecure: false });
}

test('a platform that knows key and functions passes, and its namespace is resolved', async () => {
  const url = await openWhiskDouble({ hello: {}, 'pkg/other': {} });
  const platform = await platformFor(url, [{ application: 'hello' }, { application: 'pkg/other' }]);
  expect(await platform.preflight(PLAN)).toEqual([]);
  expect(platform.endpoint).toEqual({ kind: 'local_openwhisk', url, namespace: 'guest' });
});

test('a key that is not accepted is the platform’s refusal, and is not shown', async () => {
  const platform = await platformFor(await openWhiskDouble({}), [{}], 'uuid:wrongsecret');
  const error = await platform.preflight(PLAN).catch((fault: Error) => fault);
  expect(error).toBeInstanceOf(PlatformError);
  expect((error as Error).message).toMatch(/does not accept the key: check WHISK_AUTH/);
  expect((error as Error).message).not.toContain('wrongsecret');
});

test('every unknown function is named with its instance, as an error of the config', async () => {
  const platform = await platformFor(await openWhiskDouble({ hello: {} }), [
    { application: 'hello' },
    { application: 'gone' },
    { application: '../namespaces' },
  ]);
  const error = await platform.preflight(PLAN).catch((fault: Error) => fault);
  expect(error).toBeInstanceOf(ConfigError);
  const lines = (error as Error).message.split('\n');
  expect(lines).toHaveLength(2);
  expect(lines[0]).toMatch(/^instances\.instance2\.application: the function "gone" does not exist on http/);
  expect(lines[1]).toMatch(/^instances\.instance3\.application/);
});

test('a function that gets binary data must be exported to the web', async () => {
  const payload = { kind: 'data' as const, contentType: 'image/png', bytes: new Uint8Array(1) };
  const url = await openWhiskDouble({
    plain: { annotations: [] },
    web: { annotations: [{ key: 'web-export', value: true }] },
    secured: {
      annotations: [
        { key: 'web-export', value: true },
        { key: 'require-whisk-auth', value: 'a secret' },
      ],
    },
  });
  await (await platformFor(url, [{ application: 'web', payload }])).preflight(PLAN);
  const secured = await platformFor(url, [{ application: 'secured', payload }]);
  // It would answer 401 to every invocation.
  await expect(secured.preflight(PLAN)).rejects.toThrow(
    /"secured" gets a data_file, so it must be open to everybody: wsk/,
  );
  // Called with its key, a secured action is like any other.
  await (await platformFor(url, [{ application: 'secured' }])).preflight(PLAN);
  const platform = await platformFor(url, [{ application: 'plain', payload }]);
  await expect(platform.preflight(PLAN)).rejects.toThrow(/"plain" gets a data_file, so it must be a web action/);
});

test('a plan beyond the limits of a real platform is warned of in numbers', async () => {
  const platform = await platformFor(await openWhiskDouble({ function1: {} }), [{}]);
  // The recorded platform allows 60 a minute: (1312 − 60) / 1312 = 95.4 %.
  const [warning] = await platform.preflight({ ...PLAN, busiestMinute: 1_312 });
  expect(warning).toMatch(/^1,312 planned in a minute, 60 allowed: about 95 % will be throttled\./);
  expect(warning).toContain('invocationsPerMinute');
});

test('what is no OpenWhisk, and what does not answer, is said in one line', async () => {
  const other = await httpServer((_, response) => void response.end('<html>hello</html>'));
  await expect((await platformFor(other, [{}])).preflight(PLAN)).rejects.toThrow(/does not answer as OpenWhisk/);
  const nobody = await closedPort();
  await expect((await platformFor(nobody, [{}])).preflight(PLAN)).rejects.toThrow(
    /cannot be reached: nothing listens there$/,
  );
});

test('the descriptor holds one call an instance: parameters to the action, data to the web action', async () => {
  const bytes = new Uint8Array([1, 2, 3]);
  const url = await openWhiskDouble({ a: {}, b: { annotations: [{ key: 'web-export', value: true }] } });
  const platform = await platformFor(url, [
    { application: 'a', payload: { kind: 'params', json: '{"x":1}' } },
    { application: 'b', payload: { kind: 'data', contentType: 'image/png', bytes } },
  ]);
  await platform.preflight(PLAN);
  const { calls } = platform.firing().descriptor as { calls: { path: string; body: BodySource; web: boolean }[] };
  expect(calls[0]).toMatchObject({ path: '/api/v1/namespaces/_/actions/a?blocking=true&result=true', web: false });
  expect(bodiesOf(calls[0]!.body)(0).toString()).toBe('{"x":1}');
  expect(calls[1]).toMatchObject({
    path: '/api/v1/web/guest/default/b',
    contentType: 'image/png',
    body: { kind: 'one', bytes },
  });
});

test('without blocking nothing is waited for', async () => {
  const url = await openWhiskDouble({ function1: {} });
  const platform = await platformFor(url, [{}], 'uuid:key', { blocking: false });
  const { calls } = platform.firing().descriptor as { calls: { path: string; blocking: boolean }[] };
  expect(calls[0]).toMatchObject({ path: '/api/v1/namespaces/_/actions/function1?blocking=false', blocking: false });
});

test('a generic endpoint is reached without a request, and its URL is shown without user info and query', async () => {
  let requests = 0;
  const url = await httpServer((_, response) => {
    requests += 1;
    response.end();
  });
  const workload = workloadOf([postTo(`${url.replace('http://', 'http://user:secret@')}/path?token=secret`)]);
  const platform = await connectPlatform(workload, { insecure: false });
  expect(await platform.preflight(PLAN)).toEqual([]);
  expect(requests).toBe(0);
  expect(JSON.stringify(platform.endpoint)).not.toContain('secret');
});

test('a generic endpoint where nobody listens, and a header without its variable, end the preflight', async () => {
  const gone = await connectPlatform(workloadOf([postTo(await closedPort())]), { insecure: false });
  await expect(gone.preflight(PLAN)).rejects.toThrow(/cannot be reached: nothing listens there$/);
  const http = { url: await closedPort(), method: 'GET', headers: { 'x-key': '${FAASLAB_TEST_NOT_SET}' }, body: null };
  const keyless = await connectPlatform(workloadOf([{ http }]), { insecure: false });
  await expect(keyless.preflight(PLAN)).rejects.toBeInstanceOf(ConfigError);
});

import { describe, expect, test } from 'vitest';
import { config, faults, instance, load, request } from './loading.js';

const SECRET = 'hunter2';
const generic = (replaced: Record<string, unknown>): Record<string, unknown> =>
  config({ endpoint: 'generic', instances: { a: request(replaced) } });

describe('a credential in a config is refused, and not repeated', () => {
  test.each([
    ['Authorization', 'instances.a.headers.Authorization'],
    ['authorization', 'instances.a.headers.authorization'],
    ['Proxy-Authorization', 'instances.a.headers.Proxy-Authorization'],
    ['Cookie', 'instances.a.headers.Cookie'],
    ['x-api-key', 'instances.a.headers.x-api-key'],
    ['X-Functions-Key', 'instances.a.headers.X-Functions-Key'],
    ['X-Auth-Token', 'instances.a.headers.X-Auth-Token'],
  ])('header %s', async (header, place) => {
    const fault = 'a credential must not stand in a config; write ${ENV_NAME}, which is replaced when sent';
    expect(await faults(generic({ headers: { [header]: `Bearer ${SECRET}` } }))).toEqual([
      `a.json: ${place}: ${fault}`,
    ]);
  });

  test('header, although the endpoint takes none', async () => {
    const lines = await faults(config({ instances: { a: instance({ headers: { Authorization: SECRET } }) } }));
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(/^a\.json: instances\.a\.headers\.Authorization: a credential/);
  });

  test.each([
    ['a header that is no text', generic({ headers: { Authorization: [SECRET] } })],
    ['headers that are no object', generic({ headers: `Authorization: ${SECRET}` })],
    ['a header of two lines', generic({ headers: { 'X-Note': `${SECRET}\r\nHost: elsewhere` } })],
    ['user info in a URL', generic({ url: `https://me:${SECRET}@example.org/` })],
    ['user info in api_host', config({ endpoint: { kind: 'local_openwhisk', api_host: `me:${SECRET}@example.org` } })],
    ['user info in endpoint_url', config({ endpoint: { kind: 'lambda', endpoint_url: `http://me:${SECRET}@x:1/` } })],
    ['an endpoint in the wrong place', config({ endpoint: [`https://me:${SECRET}@example.org`] })],
    ['an auth key of the endpoint', config({ endpoint: { kind: 'local_openwhisk', auth: SECRET } })],
    ['an access key of the endpoint', config({ endpoint: { kind: 'lambda', secret_access_key: SECRET } })],
    ['a text that is no JSON', `{"Authorization": ${SECRET}}`],
  ])('%s', async (_, wrong) => {
    const lines = await faults(wrong);
    expect(lines.length).toBeGreaterThan(0);
    expect(lines.join('\n')).not.toContain(SECRET);
  });

  const object = { name: 'x', password: SECRET };
  test.each([
    ['perf_monitoring', { perf_monitoring: [object] }],
    ['hosts', { perf_monitoring: { hosts: object } }],
    ['a host', { perf_monitoring: { hosts: [[object]] } }],
    ['a name', { perf_monitoring: { hosts: [{ name: object, ssh: 'a', sampler: true }] } }],
    ['a sampler', { perf_monitoring: { sampler: [object] } }],
    ['an interval', { perf_monitoring: { sampler: { interval_ms: object } } }],
    ['runtime_script', { perf_monitoring: { runtime_script: object } }],
    ['kubernetes', { perf_monitoring: { kubernetes: [object] } }],
    ['a namespace', { perf_monitoring: { kubernetes: { namespace: object } } }],
    ['test_name', { test_name: object }],
    ['limits', { limits: [object] }],
    ['instances', { instances: [object] }],
    ['an instance', { instances: { a: [object] } }],
    ['a rate', { instances: { a: instance({ rate: [object] }) } }],
    ['param_file', { instances: { a: instance({ param_file: object }) } }],
    ['thresholds', { thresholds: [object] }],
    ['a threshold', { thresholds: { error_rate: [object] } }],
  ])('an object or a list for %s', async (_, wrong) => {
    const lines = await faults(config(wrong));
    expect(lines.join('\n')).not.toContain(SECRET);
    expect(lines[0]).toMatch(/, got (?:an object|a list)$/);
  });

  test('user and password before a host', async () => {
    const lines = await faults(config({ perf_monitoring: { hosts: [`ow:${SECRET}@10.0.0.7`] } }));
    expect(lines).toEqual([expect.stringMatching(/, got "\(hidden\)@10\.0\.0\.7"$/)]);
  });

  test('framing headers and impossible names are refused', async () => {
    const lines = await faults(generic({ headers: { 'Content-Length': '5', 'a b': 'c' } }));
    expect(lines).toEqual([
      'a.json: instances.a.headers.Content-Length: is set when a request is sent; leave it out',
      'a.json: instances.a.headers["a b"]: is not the name of a header',
    ]);
  });
});

describe('what a manifest may hold', () => {
  test('of headers the names, of URLs no user info and no query, of bodies size and SHA-256', async () => {
    const workload = await load(
      generic({
        url: `http://127.0.0.1:8080/orders?code=${SECRET}#${SECRET}`,
        headers: { Authorization: 'Bearer ${ORDERS_TOKEN}', 'X-Tenant': SECRET },
        data: { password: SECRET },
      }),
    );
    // It is sent all the same.
    expect(workload.instances[0]!.http).toMatchObject({
      url: `http://127.0.0.1:8080/orders?code=${SECRET}#${SECRET}`,
      headers: { Authorization: 'Bearer ${ORDERS_TOKEN}', 'X-Tenant': SECRET },
    });
    expect(workload.instances[0]!.payload).toEqual({ kind: 'params', json: `{"password":"${SECRET}"}` });
    const { resolved } = workload.source;
    expect(JSON.stringify(resolved)).not.toContain(SECRET);
    expect((resolved['instances'] as Record<string, unknown>)['a']).toMatchObject({
      url: 'http://127.0.0.1:8080/orders',
      headers: ['Authorization', 'X-Tenant', 'content-type'],
      data: { bytes: 22, sha256: expect.stringMatching(/^[0-9a-f]{64}$/) },
    });
  });

  test('of an endpoint the address without query', async () => {
    const endpoint = { kind: 'local_openwhisk', api_host: `https://example.org:3233/?key=${SECRET}` };
    const { resolved } = (await load(config({ endpoint }))).source;
    expect(JSON.stringify(resolved)).not.toContain(SECRET);
    expect(resolved['endpoint']).toEqual({ kind: 'local_openwhisk', api_host: 'https://example.org:3233/' });
  });
});

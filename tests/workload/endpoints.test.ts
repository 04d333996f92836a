import { expect, test } from 'vitest';
import { config, load } from './loading.js';

test('wsk starts a hundred processes at once at most, or as many as the config says; the manifest tells', async () => {
  const byDefault = await load(config({ endpoint: 'wsk' }));
  expect(byDefault.endpoint).toEqual({ kind: 'wsk', maxProcesses: 100 });
  expect(byDefault.source.resolved).toMatchObject({ endpoint: { kind: 'wsk', max_processes: 100 } });
  const asked = await load(config({ endpoint: { kind: 'wsk', api_host: 'host', max_processes: 3 } }));
  expect(asked.endpoint).toEqual({ kind: 'wsk', apiHost: 'host', maxProcesses: 3 });
});

test('a number of processes means nothing to an endpoint that has none', async () => {
  const { endpoint, warnings } = await load(config({ endpoint: { kind: 'local_openwhisk', max_processes: 3 } }));
  expect(endpoint).toEqual({ kind: 'local_openwhisk' });
  expect(warnings).toEqual(['endpoint.max_processes: means nothing to kind "local_openwhisk", ignored']);
});

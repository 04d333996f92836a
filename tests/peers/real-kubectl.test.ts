import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { watchPods } from '../../monitoring/kubernetes/watch-pods.js';
import type { PodLine } from '../../monitoring/parsers/pod-line.js';
import { kubernetesApi } from '../support/kubernetes-api.js';
import { podObject } from '../support/pod-objects.js';
import { emptyFolder } from '../support/programs.js';
import { optionalTool } from '../support/tools.js';

const GRACE_MS = 20_000;

/** A kubeconfig whose token must reach no file of ours. */
function kubeconfigFor(server: string): string {
  const path = join(emptyFolder(), 'kubeconfig');
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'c', cluster: { server } }],
    users: [{ name: 'u', user: { token: 'SECRET-token' } }],
    contexts: [{ name: 'lab', context: { cluster: 'c', user: 'u' } }],
  };
  writeFileSync(path, JSON.stringify(config));
  return path;
}

function setUp(server: string, namespace: string) {
  const runDirectory = emptyFolder();
  // kubectl keeps what it learnt of a cluster under HOME.
  vi.stubEnv('HOME', emptyFolder());
  const selector = 'user-action-pod=true';
  const pods = { namespace, selector, context: 'lab', kubeconfig: kubeconfigFor(server) };
  const path = join(runDirectory, 'monitors', `kubernetes+${namespace}`, 'pods.ndjson');
  const text = (): string => readFileSync(path, 'utf8');
  const lines = (): PodLine[] =>
    text()
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as PodLine);
  const place = { runDirectory, durationS: 1, stop: new AbortController().signal };
  return { watch: () => watchPods(pods, place), text, lines };
}

describe.skipIf(optionalTool('kubectl') === undefined)('the real kubectl', () => {
  test('tells what happens to pods, is taken up again when the server ends the watch, and hands on no secret', async () => {
    const api = await kubernetesApi();
    const [old, fresh] = [podObject('old', { action: 'sleep' }), podObject('fresh', { node: 'node-2' })];
    api.pods.set('openwhisk', [old]);
    const { watch, text, lines } = setUp(api.url, 'openwhisk');
    const watched = await watch();
    const first = await api.nextWatch();
    first.tell('ADDED', fresh);
    await vi.waitUntil(() => lines().length === 2, { timeout: 50_000 });
    api.pods.set('openwhisk', [fresh]);
    first.end();
    const second = await api.nextWatch();
    api.pods.set('openwhisk', []);
    second.tell('DELETED', fresh);
    await vi.waitUntil(() => lines().length === 4, { timeout: 50_000 });
    await watched.end(GRACE_MS);
    expect(lines().map(({ event, pod, node }) => [event, pod, node])).toEqual([
      ['LISTED', 'old', 'kind-worker2'],
      ['ADDED', 'fresh', 'node-2'],
      ['GONE', 'old', 'kind-worker2'],
      ['DELETED', 'fresh', 'node-2'],
    ]);
    expect(watched.outcomes).toMatchObject([{ status: 'ok', message: null }]);
    expect(watched.notes).toEqual([
      'the watch of the pods ended and was taken up again (1×): a list told what changed in between',
    ]);
    expect(text() + JSON.stringify(watched)).not.toContain('SECRET');
  });

  test('a namespace that is not there is an empty one', async () => {
    const api = await kubernetesApi();
    const watched = await setUp(api.url, 'nowhere').watch();
    await api.nextWatch();
    await watched.end(GRACE_MS);
    expect(watched.outcomes).toMatchObject([{ status: 'ok' }]);
    expect(watched.notes).toEqual(['no pod matched "user-action-pod=true" in the namespace "nowhere"']);
  });

  test('who may not list the pods is told in the words of the server', async () => {
    const api = await kubernetesApi();
    api.forbidden.list.add('openwhisk');
    const watched = await setUp(api.url, 'openwhisk').watch();
    expect(watched.outcomes).toMatchObject([
      {
        status: 'unreachable',
        message:
          'Error from server (Forbidden): pods is forbidden: User "lab" cannot list resource "pods" in API group "" in the namespace "openwhisk"',
      },
    ]);
  });

  test('who may list but not watch loses the watch at once', async () => {
    const api = await kubernetesApi();
    api.forbidden.watch.add('openwhisk');
    api.pods.set('openwhisk', [podObject('p1')]);
    const { watch, lines } = setUp(api.url, 'openwhisk');
    const watched = await watch();
    await watched.watching;
    await watched.end(GRACE_MS);
    expect(lines()).toMatchObject([{ event: 'LISTED', pod: 'p1' }]);
    expect(watched.outcomes).toMatchObject([
      { status: 'lost', message: expect.stringContaining('User "lab" cannot watch resource "pods"') as string },
    ]);
  });

  test('a cluster that does not answer at all is out of reach', async () => {
    const watched = await setUp('http://127.0.0.1:1', 'openwhisk').watch();
    expect(watched.outcomes).toMatchObject([
      {
        status: 'unreachable',
        message: 'The connection to the server 127.0.0.1:1 was refused - did you specify the right host or port?',
      },
    ]);
  });
});

import { spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { packageRoot } from '../../../common/package-root.js';
import { watchPods } from '../../../monitoring/kubernetes/watch-pods.js';
import { startMonitors } from '../../../monitoring/monitors.js';
import type { PodLine } from '../../../monitoring/parsers/pod-line.js';
import type { KubernetesPods } from '../../../workload/model.js';
import { type FakeKubectl, fakeKubectl } from '../../support/fake-kubectl.js';
import { isAlive } from '../../support/fake-wsk.js';
import { podList, podObject, watchEvent } from '../../support/pod-objects.js';
import { emptyFolder } from '../../support/programs.js';
import { UNMONITORED } from '../../support/workloads.js';

const PODS: KubernetesPods = {
  namespace: 'openwhisk',
  selector: 'user-action-pod=true',
  context: null,
  kubeconfig: null,
};
const GRACE_MS = 20_000;
/** As usual, but that nothing is waited for between two tries. */
const LIMITS = { listMs: 20_000, beginMs: 20_000, hungMs: 20_000, steadyMs: 3_600_000, pausesMs: [0, 0, 0] };

let kubectl: FakeKubectl;
let runDirectory: string;
let stopping: AbortController;
beforeEach(() => {
  kubectl = fakeKubectl();
  runDirectory = emptyFolder();
  stopping = new AbortController();
});
afterEach(() => stopping.abort());

const place = () => ({ runDirectory, durationS: 1, stop: stopping.signal });
const filePath = () => join(runDirectory, 'monitors', 'kubernetes+openwhisk', 'pods.ndjson');
const linesWritten = (): PodLine[] =>
  !existsSync(filePath())
    ? []
    : readFileSync(filePath(), 'utf8')
        .split('\n')
        .slice(0, -1)
        .map((line) => JSON.parse(line) as PodLine);
const eventsWritten = (): string[] => linesWritten().map(({ event, pod }) => `${event} ${pod}`);
const written = (count: number) => vi.waitUntil(() => linesWritten().length >= count, { timeout: 50_000 });

test('pods that come and go in the middle are seen, each event with the moment at which it came', async () => {
  kubectl.answer('list.1', { stdout: podList() });
  const openStream = kubectl.stream('watch.1');
  const startedMs = Date.now();
  const watch = await watchPods(PODS, place(), LIMITS);
  const stream = await openStream();
  await stream.write(watchEvent('ADDED', podObject('p1', { node: null, ip: null, phase: 'Pending' })));
  await stream.write(watchEvent('MODIFIED', podObject('p1', { node: 'node-1' })));
  await written(2);
  await stream.write(watchEvent('MODIFIED', podObject('p1', { node: 'node-1', action: 'sleep' })));
  await stream.write(watchEvent('DELETED', podObject('p1', { node: 'node-1', action: 'sleep' })));
  await written(4);
  kubectl.answer('list.2', { stdout: podList() });
  await watch.end(GRACE_MS);
  await stream.close();

  const lines = linesWritten();
  expect(lines.map(({ event, node, labels }) => [event, node, labels['openwhisk/action']])).toEqual([
    ['ADDED', null, undefined],
    ['MODIFIED', 'node-1', undefined],
    ['MODIFIED', 'node-1', 'sleep'],
    ['DELETED', 'node-1', 'sleep'],
  ]);
  const stamps = lines.map(({ at_ms }) => at_ms);
  expect(stamps).toEqual(stamps.toSorted((a, b) => a - b));
  expect(stamps[0]).toBeGreaterThanOrEqual(startedMs);
  expect(stamps[3]).toBeLessThanOrEqual(Date.now());
  expect(watch.outcomes).toMatchObject([{ role: 'kubernetes', script: 'kubectl', status: 'ok', message: null }]);
  expect(watch.notes).toEqual([]);
  // read at the start and at the end
  expect(watch.host.clock).toHaveLength(2);
});

test('a line holds what is needed of a pod, and nothing of what may be secret reaches any file or message', async () => {
  const kubeconfig = join(emptyFolder(), 'kubeconfig');
  writeFileSync(kubeconfig, 'users: [{ name: me, user: { token: SECRET-token } }]');
  kubectl.answer('list', { stdout: podList(podObject('p1', { action: 'sleep' })) });
  kubectl.answer('watch', {
    stdout:
      watchEvent('ADDED', podObject('p1', { action: 'sleep' })) +
      watchEvent('MODIFIED', podObject('p1', { action: 'sleep', phase: 'Failed' })) +
      // a part of a pod is no event, and is not kept either
      '{"env":"SECRET-part"}\n',
    stderr: 'error: error loading config file: yaml: cannot unmarshal `SECRET-token`\n',
    exit: 1,
  });
  const watch = await watchPods({ ...PODS, kubeconfig, context: 'lab' }, place(), LIMITS);
  await written(2);
  await watch.end(GRACE_MS);

  const everything = JSON.stringify([watch, ...textsUnder(runDirectory)]);
  expect(everything).not.toContain('SECRET');
  expect(linesWritten()[0]).toEqual({
    at_ms: expect.any(Number) as number,
    event: 'LISTED',
    pod: 'p1',
    uid: 'uid-p1',
    namespace: 'openwhisk',
    labels: {
      'user-action-pod': 'true',
      name: 'p1',
      invoker: 'invoker0',
      release: 'owdev',
      'openwhisk/action': 'sleep',
      'openwhisk/namespace': 'guest',
    },
    node: 'kind-worker2',
    host_ip: '172.18.0.3',
    pod_ip: '10.244.2.17',
    phase: 'Running',
    created: '2026-11-21T08:33:25Z',
    started: '2026-11-21T08:33:25Z',
    ready: '2026-11-21T08:33:27Z',
    deletion: null,
    containers: [
      {
        name: 'user-action',
        id: 'containerd://4b2afb0234e8dbd61cd3a10e0f2719c5e2df23368a873ab8f1604b2afb0234e8',
        image: 'docker.io/openwhisk/action-nodejs-v20:nightly',
        restarts: 0,
        started: '2026-11-21T08:33:26Z',
      },
    ],
  });
});

test('kubectl is asked for the pods of the config, each value bound to its option', async () => {
  kubectl.answer('list', { stdout: podList() });
  kubectl.answer('watch', { hangs: true });
  const given = { namespace: 'ow', selector: 'a=b,c!=d', context: 'lab', kubeconfig: '/keys/lab' };
  const watch = await watchPods(given, place(), LIMITS);
  const asked = [
    '--context=lab',
    '--kubeconfig=/keys/lab',
    '--namespace=ow',
    'get',
    'pods',
    '--selector=a=b,c!=d',
    '--output=json',
  ];
  expect((await kubectl.called('list.1')).args).toEqual(asked);
  expect((await kubectl.called('watch.1')).args).toEqual([...asked, '--watch', '--output-watch-events']);
  await watch.end(GRACE_MS);
});

test('a watch that ends is taken up again, and a list tells what came and went in between', async () => {
  const [old, gone, fresh] = [podObject('old'), podObject('gone'), podObject('fresh')];
  kubectl.answer('list.1', { stdout: podList(old, gone) });
  kubectl.answer('watch.1', { stdout: watchEvent('ADDED', old) + watchEvent('ADDED', gone) });
  kubectl.answer('list.2', { stdout: podList(old, fresh) });
  kubectl.answer('watch.2', { stdout: watchEvent('ADDED', old) + watchEvent('ADDED', fresh), hangs: true });
  kubectl.answer('list.3', { stdout: podList(old, fresh) });
  const watch = await watchPods(PODS, place(), LIMITS);
  await kubectl.called('watch.2');
  await watch.end(GRACE_MS);
  // what a watch tells when it begins is known already
  expect(eventsWritten()).toEqual(['LISTED old', 'LISTED gone', 'LISTED fresh', 'GONE gone']);
  expect(watch.outcomes).toMatchObject([{ status: 'ok' }]);
  expect(watch.notes).toEqual([
    'the watch of the pods ended and was taken up again (1×): a list told what changed in between',
  ]);
});

test('a watch that ends again and again is lost, and what the list at the end shows is still known', async () => {
  kubectl.answer('list', { stdout: podList(podObject('p1')) });
  kubectl.answer('watch', { stderr: 'Unable to connect to the server: EOF\n', exit: 1 });
  const watch = await watchPods(PODS, place(), LIMITS);
  await watch.watching;
  // three pauses, so four watches, each after a list
  expect(kubectl.calls()).toHaveLength(8);
  kubectl.answer('list', { stdout: podList(podObject('p2')) });
  await watch.end(GRACE_MS);
  expect(eventsWritten()).toEqual(['LISTED p1', 'LISTED p2', 'GONE p1']);
  expect(watch.outcomes).toMatchObject([{ status: 'lost' }]);
  expect(watch.outcomes[0]!.message).toMatch(
    /^the watch broke and could not be taken up again \(Unable to connect to the server: EOF\); pods that came and went after 20\S+Z are not known$/,
  );
});

test('a watch that was a good one does not count towards those that fail', async () => {
  kubectl.answer('list', { stdout: podList() });
  kubectl.answer('watch', {});
  const watch = await watchPods(PODS, place(), { ...LIMITS, steadyMs: 0 });
  // of four in a row that fail at once the watch would be lost
  await kubectl.called('watch.6');
  await watch.end(GRACE_MS);
  expect(watch.outcomes).toMatchObject([{ status: 'ok' }]);
});

test('who may list but not watch is told so at once', async () => {
  const forbidden =
    'Error from server (Forbidden): pods is forbidden: User "system:serviceaccount:lab:me" cannot watch resource "pods" in API group "" in the namespace "openwhisk"';
  kubectl.answer('list', { stdout: podList(podObject('p1')) });
  kubectl.answer('watch', { stdout: watchEvent('ADDED', podObject('p1')), stderr: `${forbidden}\n`, exit: 1 });
  const watch = await watchPods(PODS, place(), LIMITS);
  await watch.watching;
  await watch.end(GRACE_MS);
  expect(watch.outcomes[0]!.status).toBe('lost');
  expect(watch.outcomes[0]!.message).toContain(forbidden);
  expect(kubectl.calls()).not.toContain('watch.2');
});

test.each([
  [
    'no permission',
    'Error from server (Forbidden): pods is forbidden: User "me" cannot list resource "pods"',
    'Error from server (Forbidden): pods is forbidden: User "me" cannot list resource "pods"',
  ],
  [
    'a cluster out of reach',
    'E1125 04:29:55 memcache.go:265] "Unhandled Error" err="couldn\'t get"\nThe connection to the server 10.0.0.1:6443 was refused - did you specify the right host or port?',
    'The connection to the server 10.0.0.1:6443 was refused - did you specify the right host or port?',
  ],
  [
    'an address with a key in it',
    'Unable to connect to the server: Get "https://me:SECRET@10.0.0.1:6443/api?token=SECRET": dial tcp: i/o timeout',
    'Unable to connect to the server: Get "https://10.0.0.1:6443": dial tcp: i/o timeout',
  ],
  [
    'a helper for credentials that fails',
    'SECRET of a helper\nUnable to connect to the server: getting credentials: exec: SECRET',
    'kubectl ended with exit code 1; run `kubectl get pods` by hand to see why',
  ],
  [
    'a context that is not there',
    'Error in configuration: context was not found for specified context: lab',
    'Error in configuration: context was not found for specified context: lab',
  ],
])('%s: never begun, and one plain line says why', async (_what, stderr, message) => {
  // as kubectl does: it prints an empty list also where it fails
  kubectl.answer('list', { stdout: podList(), stderr: `${stderr}\n`, exit: 1 });
  const watch = await watchPods(PODS, place(), LIMITS);
  await watch.end(GRACE_MS);
  expect(watch.outcomes).toEqual([
    { role: 'kubernetes', script: 'kubectl', status: 'unreachable', startedMs: null, message },
  ]);
  expect(watch.host.clock).toEqual([]);
  expect(kubectl.calls()).toEqual(['list.1']);
  expect(readdirSync(runDirectory)).toEqual([]);
});

test('without kubectl on PATH the run is told so, and what to do', async () => {
  vi.stubEnv('PATH', emptyFolder());
  const watch = await watchPods(PODS, place(), LIMITS);
  expect(watch.outcomes[0]).toMatchObject({
    status: 'unreachable',
    message: 'kubectl is not on PATH: install it, or take perf_monitoring.kubernetes out',
  });
});

test('an answer that is no list is told as that', async () => {
  kubectl.answer('list', { stdout: 'You are using an old version of gcloud\n' });
  const watch = await watchPods(PODS, place(), LIMITS);
  expect(watch.outcomes[0]).toMatchObject({
    status: 'unreachable',
    message: 'the answer of kubectl is no list of pods',
  });
});

test('a kubectl that never answers, nor ends when told to, is killed with all that it started', async () => {
  kubectl.answer('list', { hangs: true, stubborn: true });
  const watch = await watchPods(PODS, place(), { ...LIMITS, listMs: 100 });
  expect(watch.outcomes[0]).toMatchObject({ status: 'unreachable', message: 'kubectl gave no answer within 0.1 s' });
  expect(isAlive((await kubectl.called('list.1')).pid)).toBe(false);
});

test('a stop while kubectl is asked ends it', async () => {
  kubectl.answer('list', { hangs: true });
  const watching = watchPods(PODS, place(), LIMITS);
  const { pid } = await kubectl.called('list.1');
  stopping.abort();
  expect((await watching).outcomes[0]).toMatchObject({ status: 'unreachable', message: 'it was interrupted' });
  expect(isAlive(pid)).toBe(false);
});

test('a stop in the middle ends the watch, and nothing is asked any more', async () => {
  kubectl.answer('list', { stdout: podList(podObject('p1')) });
  kubectl.answer('watch', { stdout: watchEvent('ADDED', podObject('p1')), hangs: true });
  const watch = await watchPods(PODS, place(), LIMITS);
  const { pid } = await kubectl.called('watch.1');
  stopping.abort();
  await watch.end(0, stopping.signal);
  expect(isAlive(pid)).toBe(false);
  expect(kubectl.calls().toSorted()).toEqual(['list.1', 'watch.1']);
  expect(watch.outcomes).toMatchObject([{ status: 'ok' }]);
  expect(eventsWritten()).toEqual(['LISTED p1']);
});

test('not even a kill of the program leaves its kubectl behind', async () => {
  kubectl.answer('list', { stdout: podList() });
  kubectl.answer('watch', { hangs: true });
  const program = spawn(process.execPath, ['--input-type=module', '-e', WATCHING], {
    env: { ...process.env, RUN: runDirectory },
    stdio: 'inherit',
  });
  const { pid } = await kubectl.called('watch.1');
  program.kill('SIGKILL');
  await vi.waitUntil(() => !isAlive(pid), { timeout: 50_000 });
});

/** A program that watches, and then only waits. */
const WATCHING = `
  import { watchPods } from '${pathToFileURL(join(packageRoot, 'dist/monitoring/kubernetes/watch-pods.js'))}';
  const pods = { namespace: 'n', selector: 'a=b', context: null, kubeconfig: null };
  await watchPods(pods, { runDirectory: process.env.RUN, durationS: 1, stop: new AbortController().signal });
  setInterval(() => undefined, 1_000);
`;

test('to end it again changes nothing', async () => {
  kubectl.answer('list', { stdout: podList() });
  kubectl.answer('watch', { hangs: true });
  const watch = await watchPods(PODS, place(), LIMITS);
  await watch.end(GRACE_MS);
  await watch.end(0);
  expect(watch.outcomes).toHaveLength(1);
  expect(kubectl.calls().filter((call) => call.startsWith('list'))).toHaveLength(2);
});

test('a watch that tells nothing of the pods that are there is begun anew', async () => {
  kubectl.answer('list', { stdout: podList(podObject('p1')) });
  kubectl.answer('watch.1', { hangs: true });
  kubectl.answer('watch', { stdout: watchEvent('ADDED', podObject('p1')), hangs: true });
  // On a busy machine those that would tell are too slow as well now and then.
  const watch = await watchPods(PODS, place(), { ...LIMITS, hungMs: 100, pausesMs: Array<number>(1_000).fill(0) });
  const { pid } = await kubectl.called('watch.1');
  await kubectl.called('watch.2');
  expect(isAlive(pid)).toBe(false);
  await watch.end(GRACE_MS);
  expect(watch.outcomes).toMatchObject([{ status: 'ok' }]);
});

test('a namespace without such pods, or without being, is a note', async () => {
  kubectl.answer('list', { stdout: podList() });
  kubectl.answer('watch', { hangs: true });
  const watch = await watchPods({ ...PODS, namespace: 'opnewhisk' }, place(), LIMITS);
  await watch.end(GRACE_MS);
  expect(watch.outcomes).toMatchObject([{ status: 'ok' }]);
  expect(watch.notes).toEqual(['no pod matched "user-action-pod=true" in the namespace "opnewhisk"']);
});

test('what the watch did not tell but the list at the end shows is written and said', async () => {
  kubectl.answer('list.1', { stdout: podList() });
  kubectl.answer('watch', { hangs: true });
  kubectl.answer('list.2', { stdout: podList(podObject('p1')) });
  const watch = await watchPods(PODS, place(), LIMITS);
  await watch.end(GRACE_MS);
  expect(eventsWritten()).toEqual(['LISTED p1']);
  expect(watch.notes).toEqual(['the list of the pods at the end of the run shows 1 otherwise than the watch told']);
});

test('what the watch tells while the list at the end is on its way is newer than the list', async () => {
  const [stays, goes, comes] = [podObject('stays'), podObject('goes'), podObject('comes')];
  kubectl.answer('list.1', { stdout: podList(stays, goes) });
  const openStream = kubectl.stream('watch.1');
  const openList = kubectl.stream('list.2');
  const watching = watchPods(PODS, place(), LIMITS);
  const stream = await openStream();
  await stream.write(watchEvent('ADDED', stays));
  const watch = await watching;
  const ending = watch.end(GRACE_MS);
  const list = await openList();
  await stream.write(watchEvent('DELETED', goes) + watchEvent('ADDED', comes));
  await written(4);
  // made before
  await list.write(podList(stays, goes));
  await list.close();
  await ending;
  await stream.close();
  expect(eventsWritten()).toEqual(['LISTED stays', 'LISTED goes', 'DELETED goes', 'ADDED comes']);
  expect(watch.notes).toEqual([]);
});

test('a list at the end that fails is a note, and what was seen stays', async () => {
  kubectl.answer('list.1', { stdout: podList(podObject('p1')) });
  kubectl.answer('watch', { stdout: watchEvent('ADDED', podObject('p1')), hangs: true });
  kubectl.answer('list.2', { stdout: podList(), stderr: 'Unable to connect to the server: EOF\n', exit: 1 });
  const watch = await watchPods(PODS, place(), LIMITS);
  await watch.end(GRACE_MS);
  expect(watch.outcomes).toMatchObject([{ status: 'ok' }]);
  expect(watch.notes).toEqual(['no list of the pods at the end of the run: Unable to connect to the server: EOF']);
  expect(eventsWritten()).toEqual(['LISTED p1']);
});

test('garbage in the stream is counted, and what follows is read', async () => {
  kubectl.answer('list', { stdout: podList() });
  const openStream = kubectl.stream('watch.1');
  const watch = await watchPods(PODS, place(), LIMITS);
  const stream = await openStream();
  await stream.write('W1125 reflector.go: warning\n\n[]\n{"type":"ADDED","object":{"kind":"Pod"}}\n{"type":"AD');
  await stream.write('DED"}\n');
  await stream.write(`{"type":"BOOKMARK","object":{"kind":"Pod","metadata":{"resourceVersion":"9"}}}\n`);
  // a pod that comes in two pieces, the first of which ends within a letter of two bytes
  const event = Buffer.from(watchEvent('ADDED', podObject('p1', { node: 'nœud' })));
  const cut = event.indexOf('œ') + 1;
  await stream.write(event.subarray(0, cut));
  await stream.write(event.subarray(cut));
  await written(1);
  kubectl.answer('list.2', { stdout: podList(podObject('p1', { node: 'nœud' })) });
  await watch.end(GRACE_MS);
  await stream.close();
  expect(linesWritten()).toMatchObject([{ event: 'ADDED', pod: 'p1', node: 'nœud' }]);
  // the warning, the empty line, the list, a pod without a name, an event without a pod
  expect(watch.notes).toEqual(["5 lines of kubectl's watch are no events and were left out"]);
});

test('a watch whose server lost track of it says so when it is lost', async () => {
  kubectl.answer('list', { stdout: podList() });
  kubectl.answer('watch', {
    stdout: watchEvent('ERROR', { kind: 'Status', message: 'too old resource version: 10 (20)', code: 410 }),
  });
  const watch = await watchPods(PODS, place(), { ...LIMITS, pausesMs: [] });
  await watch.watching;
  await watch.end(GRACE_MS);
  expect(watch.outcomes[0]!.message).toContain('the server ended the watch: too old resource version: 10 (20)');
});

test('a file that cannot be written is reported', async () => {
  kubectl.answer('list', { stdout: podList(podObject('p1')) });
  kubectl.answer('watch', { stdout: watchEvent('ADDED', podObject('p1')), hangs: true });
  writeFileSync(join(runDirectory, 'monitors'), 'a file is in the way');
  const watch = await watchPods(PODS, place(), LIMITS);
  await watch.end(GRACE_MS);
  expect(watch.outcomes[0]!.status).toBe('failed');
  expect(watch.outcomes[0]!.message).toContain('monitors/kubernetes+openwhisk/pods.ndjson could not be written');
});

test('a run with perf_monitoring.kubernetes records the cluster beside its hosts', async () => {
  kubectl.answer('list', { stdout: podList(podObject('p1')) });
  kubectl.answer('watch', { stdout: watchEvent('ADDED', podObject('p1')), hangs: true });
  const monitors = await startMonitors({ ...UNMONITORED, kubernetes: PODS }, place());
  const zero = { monotonicMs: 0, epochMs: 0 };
  expect(monitors.recorded(zero).monitors).toMatchObject([{ role: 'kubernetes', status: 'running' }]);
  await monitors.endRuntime(GRACE_MS);
  expect(monitors.recorded(zero)).toMatchObject({
    monitors: [{ role: 'kubernetes', host: 'kubernetes+openwhisk', script: 'kubectl', status: 'ok' }],
    monitored_hosts: [{ name: 'kubernetes+openwhisk', folder: 'monitors/kubernetes+openwhisk', ssh: null }],
  });
});

function textsUnder(folder: string): string[] {
  return readdirSync(folder, { recursive: true })
    .map((name) => join(folder, String(name)))
    .filter((path) => statSync(path).isFile())
    .map((path) => readFileSync(path, 'utf8'));
}

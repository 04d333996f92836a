import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readPodList, readWatchLine } from '../../../monitoring/kubernetes/pod-event.js';
import { POD_EVENTS, type PodLine } from '../../../monitoring/parsers/pod-line.js';
import { podsFormat } from '../../../monitoring/parsers/pods.js';
import { emptyCount, type Reading } from '../../../monitoring/parsers/reading.js';
import { podList, podObject, watchEvent } from '../../support/pod-objects.js';

async function readAll(lines: readonly string[]) {
  const count = emptyCount();
  const readings: Reading[] = [];
  async function* given() {
    yield* lines;
  }
  for await (const reading of podsFormat.read(given(), count)) readings.push(reading);
  return { readings, count };
}

function lineOf(text: string, atMs: number): string {
  const said = readWatchLine(text, atMs);
  if (said.kind !== 'pod') throw new Error(`${text} is no pod`);
  return JSON.stringify(said.line);
}

test('an event becomes a row: who, where, of which function, and when by both clocks', async () => {
  const { readings, count } = await readAll([
    lineOf(watchEvent('MODIFIED', podObject('p1', { action: 'sleep' })), 1_795_250_005_123),
  ]);
  expect(count).toEqual({ lines: 1, unknown: 0, examples: [] });
  expect(readings).toEqual([
    {
      table: 'pods',
      time: 1_795_250_005_123,
      values: {
        event: 'MODIFIED',
        pod: 'p1',
        uid: 'uid-p1',
        node: 'kind-worker2',
        function: 'sleep',
        namespace: 'guest',
        invoker: 'invoker0',
        phase: 'Running',
        pod_ip: '10.244.2.17',
        host_ip: '172.18.0.3',
        image: 'docker.io/openwhisk/action-nodejs-v20:nightly',
        restarts: 0,
        // 2026-11-21T08:33:25Z, 26 would be its container's
        created_ms: 1_795_250_005_000,
        started_ms: 1_795_250_005_000,
        ready_ms: 1_795_250_007_000,
        deletion_ms: null,
      },
    },
  ]);
});

test('a prewarmed pod has no function yet, and one without a node none', async () => {
  const pending = podObject('p1', { node: null, ip: null, phase: 'Pending' });
  pending.status['conditions'] = [{ type: 'Ready', status: 'False', lastTransitionTime: '2026-11-21T08:33:25Z' }];
  pending.status['containerStatuses'] = undefined;
  const { readings } = await readAll([lineOf(watchEvent('ADDED', pending), 1)]);
  expect(readings[0]!.values).toMatchObject({
    function: null,
    namespace: null,
    node: null,
    pod_ip: null,
    ready_ms: null,
    restarts: null,
    image: null,
  });
});

test('of several containers the one that executes counts', async () => {
  const pod = podObject('p1');
  const [own] = pod.status['containerStatuses'] as object[];
  pod.status['containerStatuses'] = [
    { name: 'istio-proxy', image: 'proxy', restartCount: 7 },
    { ...own, restartCount: 2 },
  ];
  const { readings } = await readAll([lineOf(watchEvent('ADDED', pod), 1)]);
  expect(readings[0]!.values['restarts']).toBe(2);
});

test('a list tells each of its pods, and counts what is none', () => {
  const other = { ...podObject('x'), kind: 'Node' };
  expect(readPodList(podList(podObject('a'), other, podObject('b')), 5)).toMatchObject({
    pods: [
      { event: 'LISTED', pod: 'a', at_ms: 5 },
      { event: 'LISTED', pod: 'b', at_ms: 5 },
    ],
    unread: 1,
  });
});

const texts = new Set(podsFormat.tables['pods']!.text);

test('whatever a line holds, it is a row of the right types or counted', async () => {
  const field = fc.oneof(fc.jsonValue(), fc.constantFrom('2026-11-21T08:33:25Z', '2026-13-45T99:99:99Z', 'p1'));
  const pod = fc.record(
    Object.fromEntries(
      ['uid', 'labels', 'node', 'phase', 'created', 'ready', 'started', 'deletion', 'containers'].map((name) => [
        name,
        field,
      ]),
    ),
    { requiredKeys: [] },
  );
  const wholePod = fc
    .tuple(pod, fc.constantFrom(...POD_EVENTS), fc.string({ minLength: 1 }), fc.integer())
    .map(([fields, event, name, atMs]) => JSON.stringify({ ...fields, event, pod: name, at_ms: atMs }));
  const line = fc.oneof(fc.string(), fc.json(), wholePod);
  await fc.assert(
    fc.asyncProperty(fc.array(line), async (lines) => {
      const { readings, count } = await readAll(lines);
      expect(count.lines).toBe(lines.length);
      expect(readings.length + count.unknown).toBe(lines.length);
      for (const { time, values } of readings) {
        expect(time).toSatisfy(Number.isFinite);
        for (const [column, value] of Object.entries(values))
          if (value !== null) expect(typeof value).toBe(texts.has(column) ? 'string' : 'number');
      }
    }),
  );
});

test('whatever kubectl prints, a line of it is read without a fault and holds nothing but known fields', () => {
  const known = new Set(Object.keys(JSON.parse(lineOf(watchEvent('ADDED', podObject('p')), 0)) as PodLine));
  const fields = fc.dictionary(fc.constantFrom('name', 'uid', 'labels', 'nodeName', 'phase', 'env'), fc.jsonValue());
  const event = fc.record({
    type: fc.oneof(fc.constantFrom('ADDED', 'ERROR', 'BOOKMARK', 'DELETED'), fc.jsonValue()),
    object: fc.oneof(
      fc.jsonValue(),
      fc.record({ kind: fc.constant('Pod'), metadata: fields, spec: fields, status: fields }),
    ),
  });
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.json(),
        event.map((one) => JSON.stringify(one)),
      ),
      (text) => {
        const said = readWatchLine(text, 1);
        if (said.kind === 'pod') expect(Object.keys(said.line).every((name) => known.has(name))).toBe(true);
        readPodList(text, 1);
      },
    ),
  );
});

test('what the watcher writes is what the parser reads', async () => {
  const stamp = fc
    .date({ min: new Date(0), max: new Date('9999-12-31T23:59:59Z'), noInvalidDate: true })
    .map((date) => `${date.toISOString().slice(0, 19)}Z`);
  const name = fc.stringMatching(/^[a-z0-9-]{1,63}$/);
  await fc.assert(
    fc.asyncProperty(fc.array(fc.tuple(name, name, stamp)), async (pods) => {
      const events = pods.map(([pod, node, creationTimestamp]) =>
        watchEvent('ADDED', podObject(pod, { node, metadata: { creationTimestamp } })),
      );
      const { readings, count } = await readAll(events.map((event, i) => lineOf(event, i)));
      expect(count.unknown).toBe(0);
      expect(readings.map(({ values }) => [values['pod'], values['node'], values['created_ms']])).toEqual(
        pods.map(([pod, node, creationTimestamp]) => [pod, node, Date.parse(creationTimestamp)]),
      );
    }),
  );
});

test('a line stays shorter than what readers of monitors take', () => {
  const long = 'x'.repeat(10_000);
  const pod = podObject(long, { node: long, action: long });
  pod.status['containerStatuses'] = Array.from({ length: 100 }, () => ({
    name: long,
    image: long,
    containerID: long,
    state: { running: { startedAt: long } },
  }));
  expect(lineOf(watchEvent('ADDED', pod), 1).length).toBeLessThan(LONGEST_LINE_READ);
});

/** Of the readers of monitors' files: longer lines are not of any tool. */
const LONGEST_LINE_READ = 8_192;

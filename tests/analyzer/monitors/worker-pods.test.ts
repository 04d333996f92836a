import fc from 'fast-check';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { MOST_PODS } from '../../../analyzer/monitors/worker-pods-model.js';
import { workerPods } from '../../../analyzer/monitors/worker-pods.js';
import { takeMeasuredWorkers } from '../../../analyzer/measured-workers.js';
import { readWatchLine } from '../../../monitoring/kubernetes/pod-event.js';
import { podsFormat } from '../../../monitoring/parsers/pods.js';
import { emptyCount } from '../../../monitoring/parsers/reading.js';
import { openTables, quoteName, quoteText, type Tables } from '../../../records/tables.js';
import { joinRows, type GivenRow } from '../../support/joined-rows.js';
import { type PodChanges, podObject, watchEvent } from '../../support/pod-objects.js';

let tables: Tables;
beforeEach(async () => {
  tables = await openTables();
});
afterEach(() => tables.close());

/** What was seen of a pod, and when (ms since plan zero). */
type Seen = [timeMs: number, event: string, pod: string, changes?: PodChanges];

/** Through the watcher's reading and the parser, as the analyzer gets it: a column of its type each, `host` beside. */
async function watchedPods(seen: readonly Seen[]): Promise<void> {
  async function* lines() {
    for (const [timeMs, event, pod, changes] of seen) {
      const said = readWatchLine(watchEvent(event === 'GONE' ? 'ADDED' : event, podObject(pod, changes)), timeMs);
      if (said.kind === 'pod') yield JSON.stringify(event === 'GONE' ? { ...said.line, event } : said.line);
    }
  }
  const rows: object[] = [];
  for await (const { time, values } of podsFormat.read(lines(), emptyCount())) rows.push({ time_ms: time, ...values });
  const text = podsFormat.tables['pods']!.text;
  const numbers = ['time_ms', 'restarts', 'created_ms', 'started_ms', 'ready_ms', 'deletion_ms'];
  const types = Object.fromEntries([
    ...text.map((column) => [column, 'VARCHAR']),
    ...numbers.map((column) => [column, 'DOUBLE']),
  ]) as Record<string, string>;
  await tables.run(
    `CREATE OR REPLACE TABLE ${quoteName('monitor_pods')} AS
     SELECT 'kubernetes+openwhisk' AS host, *
     FROM (SELECT unnest(from_json($rows, ${quoteText(JSON.stringify([types]))}), recursive := true))`,
    { rows: JSON.stringify(rows) },
  );
}

async function podsOf(rows: readonly GivenRow[], seen: readonly Seen[], namespace: string | null = 'guest') {
  await joinRows(tables, rows);
  await takeMeasuredWorkers(tables);
  await watchedPods(seen);
  return workerPods(tables, 'monitor_pods', namespace);
}

const A = 'bf059391-34f7-42b7-9f1b-97ce090b3ca3';
const B = '038b59dc-7cd3-4689-964a-d98ee74d66d6';

/** An answer of faas_measure's `stat`, as the twin functions give it. */
const answer = (worker: string, ip: string | null, byName: string | null = ip): string =>
  JSON.stringify({
    stat: { exist_id: worker, new_id: worker, vm_id: null, vm_priv_ip: byName, vm_pub_ip: null, inst_priv_ip: ip },
    errors: [],
  });
const textAnswer = (worker: string, ip: string | null, byName: string | null = ip): string =>
  `${worker}#${worker}#None#None#${byName ?? 'None'}#None#${ip ?? 'None'}#1,2#4,a cpu#1#2#1`;

test('a worker whose answer tells its address has the pod and the node of that address', async () => {
  const result = await podsOf(
    [
      { function: 'measure', sent_ms: 100, body: answer(A, '10.0.0.1') },
      { function: 'measure', sent_ms: 200, body: answer(B, '10.0.0.2') },
      { function: 'measure', sent_ms: 300, activation: { result: answer(A, '10.0.0.1') } },
    ],
    [
      [-50, 'ADDED', 'p1', { node: 'node-1', ip: '10.0.0.1' }],
      [40, 'ADDED', 'p2', { node: null, ip: null }],
      [60, 'MODIFIED', 'p2', { node: 'node-2', ip: '10.0.0.2' }],
      [900, 'DELETED', 'p2', { node: 'node-2', ip: '10.0.0.2' }],
    ],
  );
  const common = { function: 'measure', function_by: 'executions', invoker: 'invoker0', restarts: 0 };
  expect(result).toEqual({
    pods_seen: 2,
    pods: [
      { pod: 'p1', node: 'node-1', seen_from_ms: -50, gone_ms: null, workers: [A], executions: 2, ...common },
      { pod: 'p2', node: 'node-2', seen_from_ms: 40, gone_ms: 900, workers: [B], executions: 1, ...common },
    ],
    nodes: [
      { node: 'node-1', pods: 1, executions: 2 },
      { node: 'node-2', pods: 1, executions: 1 },
    ],
    functions: [{ name: 'measure', pods: 2, nodes: 2, executions: 3 }],
    told: 3,
    placed: 3,
  });
});

test('the address is read from either form of the answer, also within strings of JSON, else that of the host name', async () => {
  const bodies = [
    answer(A, '10.0.0.1'),
    JSON.stringify(answer(A, '10.0.0.1')),
    textAnswer(A, '10.0.0.1'),
    JSON.stringify({ result: `1.5#${textAnswer(A, '10.0.0.1')}` }),
    answer(A, null, '10.0.0.1'),
    textAnswer(A, null, '10.0.0.1'),
    // the way out counts before the name, which a host file may give another address
    answer(A, '10.0.0.1', '127.0.1.1'),
    textAnswer(A, '10.0.0.1', '127.0.1.1'),
    // nothing told
    answer(A, null),
    '{"ok":true,"note":"a # in it"}',
  ];
  const rows = bodies.map((body) => ({ body }));
  const result = await podsOf(rows, [[-1, 'ADDED', 'p1', { ip: '10.0.0.1' }]]);
  expect([result.told, result.placed]).toEqual([8, 8]);
});

test('an address that was given anew is that of the pod which was there', async () => {
  const ip = '10.0.0.1';
  const result = await podsOf(
    [
      { sent_ms: 100, body: answer(A, ip) },
      { sent_ms: 600, body: answer(B, ip) },
    ],
    [
      [0, 'ADDED', 'first', { ip, node: 'node-1' }],
      [500, 'DELETED', 'first', { ip, node: 'node-1' }],
      [550, 'ADDED', 'second', { ip, node: 'node-2' }],
    ],
  );
  expect(result.pods.map(({ pod, workers }) => [pod, workers])).toEqual([
    ['first', [A]],
    ['second', [B]],
  ]);
});

test('an address of two pods at a time, or of none then there, places nothing', async () => {
  const ip = '172.18.0.3';
  const result = await podsOf(
    [
      { sent_ms: 100, body: answer(A, ip) },
      { sent_ms: 100, body: answer(B, '10.9.9.9') },
      // over before the pod was seen: 10 ms after 20
      { sent_ms: 20, body: answer(B, '10.0.0.7') },
    ],
    [
      [0, 'ADDED', 'p1', { ip }],
      [0, 'ADDED', 'p2', { ip }],
      [31, 'ADDED', 'p3', { ip: '10.0.0.7' }],
    ],
  );
  expect([result.told, result.placed]).toEqual([3, 0]);
  expect(result.pods.map(({ executions }) => executions)).toEqual([0, 0, 0]);
});

test('what was only accepted may have been executed by a pod that came later', async () => {
  const result = await podsOf(
    [{ sent_ms: 10, status: 202, activation: { result: answer(A, '10.0.0.1') } }],
    [[500, 'ADDED', 'p1', { ip: '10.0.0.1' }]],
  );
  expect(result.placed).toBe(1);
});

test('a worker that is named as a pod is that pod', async () => {
  const result = await podsOf(
    [{ function: 'f', activation: { worker: 'p2' } }],
    [
      [0, 'ADDED', 'p1', { node: 'node-1' }],
      [0, 'ADDED', 'p2', { node: 'node-2' }],
    ],
  );
  expect(result.pods.map(({ pod, executions, function: of }) => [pod, executions, of])).toEqual([
    ['p1', 0, null],
    ['p2', 1, 'f'],
  ]);
});

test('where no worker is told, each function has the pods that its label or their names tell', async () => {
  const result = await podsOf(
    [{ function: 'sleep' }, { function: '/guest/tools/json_dumps' }, { function: 'hello' }],
    [
      [-100, 'ADDED', 'wskowdev-invoker-00-1-prewarm-nodejs20', { node: 'node-1' }],
      [-90, 'ADDED', 'wskowdev-invoker-00-2-prewarm-nodejs20', { node: 'node-2' }],
      // used: the label comes when the action is loaded
      [300, 'MODIFIED', 'wskowdev-invoker-00-2-prewarm-nodejs20', { node: 'node-2', action: 'sleep' }],
      [400, 'ADDED', 'wskowdev-invoker-00-3-guest-json-dumps', { node: 'node-1' }],
      [500, 'ADDED', 'wskowdev-invoker-00-4-guest-sleep', { node: 'node-1', action: 'sleep' }],
      [800, 'GONE', 'wskowdev-invoker-00-4-guest-sleep', { node: 'node-1', action: 'sleep' }],
      // of another user
      [600, 'ADDED', 'wskowdev-invoker-00-5-other-hello', { node: 'node-1' }],
    ],
  );
  expect(result.pods.map((one) => [one.function, one.function_by, one.node, one.seen_from_ms, one.gone_ms])).toEqual([
    [null, null, 'node-1', -100, null],
    ['sleep', 'label', 'node-2', -90, null],
    ['/guest/tools/json_dumps', 'name', 'node-1', 400, null],
    ['sleep', 'label', 'node-1', 500, 800],
    [null, null, 'node-1', 600, null],
  ]);
  expect(result.functions).toEqual([
    { name: '/guest/tools/json_dumps', pods: 1, nodes: 1, executions: null },
    { name: 'hello', pods: 0, nodes: 0, executions: null },
    { name: 'sleep', pods: 2, nodes: 2, executions: null },
  ]);
  expect(result.nodes).toEqual([
    { node: 'node-1', pods: 4, executions: null },
    { node: 'node-2', pods: 1, executions: null },
  ]);
  expect([result.told, result.placed]).toEqual([0, 0]);
});

test('a run without any pod seen has empty lists', async () => {
  expect(await podsOf([{ function: 'f' }], [])).toEqual({
    pods_seen: 0,
    pods: [],
    nodes: [],
    functions: [{ name: 'f', pods: 0, nodes: 0, executions: null }],
    told: 0,
    placed: 0,
  });
});

test('of very many pods the first are listed and all are counted', async () => {
  const seen = Array.from({ length: MOST_PODS + 5 }, (_, i): Seen => [i, 'ADDED', `p${i}`, { node: `node-${i % 2}` }]);
  const result = await podsOf([{ function: 'f' }], seen);
  expect(result.pods_seen).toBe(MOST_PODS + 5);
  expect(result.pods).toHaveLength(MOST_PODS);
  expect(result.pods.at(-1)!.pod).toBe(`p${MOST_PODS - 1}`);
  // 1,005 pods alternate between two nodes, the even one first
  expect(result.nodes.map(({ pods }) => pods)).toEqual([503, 502]);
});

test('however pods come and go, each execution is on the one pod that had its address then, or on none', async () => {
  const address = fc.integer({ min: 1, max: 3 }).map((n) => `10.0.0.${n}`);
  const life = fc.record({
    ip: address,
    from: fc.integer({ min: 0, max: 900 }),
    lasts: fc.integer({ min: 1, max: 400 }),
  });
  const call = fc.record({ ip: address, sent: fc.integer({ min: 0, max: 1_000 }) });
  await fc.assert(
    fc.asyncProperty(
      fc.array(life, { maxLength: 6 }),
      fc.array(call, { minLength: 1, maxLength: 8 }),
      async (lives, calls) => {
        const seen = lives
          .flatMap(({ ip, from, lasts }, i): Seen[] => [
            [from, 'ADDED', `p${i}`, { ip }],
            [from + lasts, 'DELETED', `p${i}`, { ip }],
          ])
          .sort(([a], [b]) => a - b);
        const { pods, placed, told } = await podsOf(
          calls.map(({ ip, sent }) => ({ sent_ms: sent, body: answer(A, ip) })),
          seen,
        );
        // an answer comes 10 ms after it was sent
        const homes = calls.map(({ ip, sent }) =>
          lives.flatMap((one, i) =>
            one.ip === ip && one.from <= sent + 10 && one.from + one.lasts >= sent ? [`p${i}`] : [],
          ),
        );
        const expected = homes.filter((of) => of.length === 1).map(([pod]) => pod!);
        expect(told).toBe(calls.length);
        expect(placed).toBe(expected.length);
        for (const { pod, executions } of pods) expect(executions).toBe(expected.filter((one) => one === pod).length);
      },
    ),
    { numRuns: 15 },
  );
});

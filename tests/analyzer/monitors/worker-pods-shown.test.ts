import { expect, test } from 'vitest';
import type { WorkerPod, WorkerPods } from '../../../analyzer/monitors/worker-pods-model.js';
import { workerPodsPart } from '../../../analyzer/report/worker-pods.js';
import { workerPodLines } from '../../../analyzer/terminal/worker-pods-text.js';

const POD: WorkerPod = {
  pod: 'wsk0-1-guest-sleep',
  node: 'node-1',
  function: 'sleep',
  function_by: 'label',
  invoker: 'invoker0',
  seen_from_ms: -1_500,
  gone_ms: 42_000,
  restarts: 0,
  workers: [],
  executions: null,
};

const UNTOLD: WorkerPods = {
  pods_seen: 2,
  pods: [POD, { ...POD, pod: 'p2', node: null, function: null, function_by: null, gone_ms: null }],
  nodes: [
    { node: 'node-1', pods: 1, executions: null },
    { node: null, pods: 1, executions: null },
  ],
  functions: [{ name: 'sleep', pods: 1, nodes: 1, executions: null }],
  told: 0,
  placed: 0,
};

const shown = (pods: WorkerPods): string =>
  workerPodsPart(pods)
    .markup.replaceAll(/<[^>]*>/g, ' ')
    .replaceAll(/\s+/g, ' ')
    .replaceAll('&#39;', "'");

test('the report says on how many nodes pods were, and what the functions are known by', () => {
  const text = shown(UNTOLD);
  expect(text).toContain('2 pods were seen on 1 node. No execution tells its pod');
  expect(text).toContain('never given one 1');
  expect(text).toContain('wsk0-1-guest-sleep node-1 sleep by its label invoker0 -1.5 42 – 0');
  expect(text).toContain('p2 – – invoker0 -1.5 stayed – 0');
  expect(text).not.toContain('executions placed');
});

test('executions that are placed are counted by node, function and pod', () => {
  const text = shown({
    ...UNTOLD,
    pods: [{ ...POD, function_by: 'executions', executions: 1_234 }],
    pods_seen: 1,
    nodes: [{ node: 'node-1', pods: 1, executions: 1_234 }],
    functions: [{ name: 'sleep', pods: 1, nodes: 1, executions: 1_234 }],
    told: 1_300,
    placed: 1_234,
  });
  expect(text).toContain("Of 1,300 executions that tell their worker's pod or address, 1,234 are placed");
  expect(text).toContain('node-1 1 1,234');
  expect(text).toContain('sleep 1 1 1,234');
  expect(text).toContain('Each pod');
});

test('names of a cluster cannot become markup', () => {
  const evil = '<img src=x onerror=alert(1)>';
  const { markup } = workerPodsPart({
    ...UNTOLD,
    pods: [{ ...POD, pod: evil, node: evil, function: evil, invoker: evil }],
    nodes: [{ node: evil, pods: 1, executions: null }],
    functions: [{ name: evil, pods: 1, nodes: 1, executions: null }],
  });
  expect(markup).not.toContain('<img');
  // pod, node, function and invoker of the pod, its node, its function
  expect(markup.match(/&lt;img/g)).toHaveLength(6);
});

test('of many pods the first are shown, and the others counted', () => {
  const many = { ...UNTOLD, pods_seen: 1_005, pods: Array.from({ length: 1_000 }, () => POD) };
  expect(shown(many)).toContain('The first 200 of 1,005 pods');
  expect(workerPodLines(many).at(-1)).toBe('and 985 more (analysis.json)');
});

test('where no pod was seen that is said', () => {
  const none: WorkerPods = { pods_seen: 0, pods: [], nodes: [], functions: [], told: 0, placed: 0 };
  expect(shown(none)).toContain('No pod was seen');
  expect(workerPodLines(none)).toEqual(['pods: none was seen']);
});

test('-v has a line a pod, and no name acts on the terminal', () => {
  const lines = workerPodLines({ ...UNTOLD, pods: [{ ...POD, node: 'node\u001b[31m1' }] });
  expect(lines.join('\n')).not.toContain('\u001b');
  expect(lines).toContainEqual(
    expect.stringMatching(/^wsk0-1-guest-sleep {2}node\\u001b\[31m1 {2}sleep +-1,500 +42,000 +–$/) as string,
  );
});

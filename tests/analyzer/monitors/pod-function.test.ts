import fc from 'fast-check';
import { expect, test } from 'vitest';
import { podFunction } from '../../../analyzer/monitors/pod-function.js';

const named = (pod: string) => ({ pod, label_function: null, label_namespace: null });
const labelled = (action: string, namespace: string | null = 'guest') => ({
  pod: 'wsk0-1-prewarm-nodejs20',
  label_function: action,
  label_namespace: namespace,
});

test('a label names the function of the run, whichever way the config names it', () => {
  for (const name of ['sleep', 'tools/sleep', '/guest/tools/sleep', '/guest/sleep'])
    expect(podFunction(labelled('sleep'), ['hello', name], 'guest')).toEqual({ function: name, function_by: 'label' });
});

test("a like-named action of another's namespace is not the run's, and keeps its own name", () => {
  const other = labelled('sleep', 'other');
  expect(podFunction(other, ['tools/sleep'], 'guest')).toEqual({ function: 'sleep', function_by: 'label' });
  expect(podFunction(other, ['/other/tools/sleep'], 'guest')).toEqual({
    function: '/other/tools/sleep',
    function_by: 'label',
  });
});

test('what fits two functions of the run tells neither', () => {
  expect(podFunction(labelled('sleep'), ['a/sleep', 'b/sleep'], 'guest').function).toBe('sleep');
  expect(podFunction(named('wsk0-1-guest-sleep'), ['a/sleep', 'b/sleep'], 'guest')).toEqual({
    function: null,
    function_by: null,
  });
});

test('a name tells its function as OpenWhisk makes it of namespace and action', () => {
  const functions = ['json_dumps', 'myAction.v2', 'b', 'a_b'];
  const of = (pod: string) => podFunction(named(pod), functions, 'team_x').function;
  expect(of('wskowdev-invoker-00-17-team-x-json-dumps')).toBe('json_dumps');
  // "." is left out, capitals become small
  expect(of('wsk0-3-team-x-myactionv2')).toBe('myAction.v2');
  // not "b" of a namespace "team-x-a"
  expect(of('wsk0-3-team-x-a-b')).toBe('a_b');
  expect(of('wsk0-3-team-x-b')).toBe('b');
  expect(of('wsk0-3-other-b')).toBeNull();
  expect(of('wsk0-3-prewarm-nodejs20')).toBeNull();
  expect(of('owdev-nginx-5d8-b')).toBeNull();
});

test('without a namespace no name tells anything', () => {
  expect(podFunction(named('wsk0-3-guest-b'), ['b'], null)).toEqual({ function: null, function_by: null });
});

test('whatever action and namespace, the pod that OpenWhisk names after them is theirs', () => {
  // as WhiskEntityName allows them, and short enough that Kubernetes cuts nothing off
  const name = fc.stringMatching(/^\w[\w@ .-]{0,15}\w$/);
  fc.assert(
    fc.property(name, name, fc.nat(9_999), (namespace, action, n) => {
      const clean = (text: string) => text.replaceAll(/[^A-Za-z0-9_]/g, '');
      const container = `wsk0_${n}_${clean(namespace)}_${clean(action)}`;
      const pod = container.replaceAll('_', '-').toLowerCase().replace(/-+$/, '');
      expect(podFunction(named(pod), [action], namespace).function).toBe(action);
    }),
  );
});

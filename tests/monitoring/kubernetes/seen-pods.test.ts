import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readWatchLine } from '../../../monitoring/kubernetes/pod-event.js';
import { seenPods } from '../../../monitoring/kubernetes/seen-pods.js';
import type { PodLine } from '../../../monitoring/parsers/pod-line.js';
import { podObject, watchEvent } from '../../support/pod-objects.js';

function line(event: string, pod: string, phase: string): PodLine {
  const said = readWatchLine(watchEvent(event, podObject(pod, { phase })), 0);
  if (said.kind !== 'pod') throw new Error(`${event} is no event of a pod`);
  return said.line;
}

/** Which pods live by what was written of them. */
function livingBy(lines: readonly PodLine[]): string[] {
  const living = new Map<string, string>();
  for (const { event, pod, phase } of lines) {
    if (event === 'DELETED' || event === 'GONE') living.delete(pod);
    else living.set(pod, `${pod} ${phase}`);
  }
  return [...living.values()].sort();
}

test('whatever a watch missed, after a list what is written says exactly which pods live and how', () => {
  const pod = fc.constantFrom('a', 'b', 'c', 'd');
  const phase = fc.constantFrom('Pending', 'Running');
  const change = fc.record({ pod, phase, goes: fc.boolean(), told: fc.boolean() });
  fc.assert(
    fc.property(fc.array(fc.array(change)), (stretches) => {
      const seen = seenPods();
      const written: PodLine[] = [];
      const truth = new Map<string, string>();
      for (const changes of stretches) {
        for (const one of changes) {
          const event = one.goes ? 'DELETED' : truth.has(one.pod) ? 'MODIFIED' : 'ADDED';
          if (one.goes) truth.delete(one.pod);
          else truth.set(one.pod, one.phase);
          const what = line(event, one.pod, one.phase);
          if (one.told && seen.told(what)) written.push(what);
        }
        const list = [...truth].map(([name, now]): PodLine => ({ ...line('ADDED', name, now), event: 'LISTED' }));
        written.push(...seen.ask().missed(list, 0));
        expect(livingBy(written)).toEqual([...truth].map(([name, now]) => `${name} ${now}`).sort());
        expect(seen.living()).toBe(truth.size);
        // and a second look finds nothing new
        expect(seen.ask().missed(list, 0)).toEqual([]);
      }
    }),
  );
});

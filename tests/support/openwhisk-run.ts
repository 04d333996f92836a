import { makeRun, type FixtureRun } from './run-fixture.js';
import { annotationOf, type OpenWhiskDocument } from './openwhisk-documents.js';

/**
 * A run directory whose invocations led to these activations: each was sent as long before its start as it waited, and a
 * millisecond passed on either way.
 */
export function runOf(
  folder: string,
  invoked: readonly OpenWhiskDocument[],
  { startMs, endMs }: { startMs: number; endMs: number },
): Promise<FixtureRun> {
  const inOrder = invoked.toSorted((a, b) => a.start - b.start);
  return makeRun(folder, {
    rows: inOrder.length,
    startEpochMs: startMs,
    dropped: false,
    pulled: false,
    manifest: { end_epoch_ms: endMs },
    invocation(row) {
      const document = inOrder[row.seq]!;
      const wait = Number(annotationOf(document, 'waitTime') ?? 0);
      const sent = Math.max(0, document.start - startMs - wait - 1);
      return {
        ...row,
        function: document.name,
        planned_ms: sent,
        fired_ms: sent,
        sent_ms: sent,
        first_byte_ms: sent,
        end_ms: sent + wait + (document.duration ?? 0) + 2,
        outcome: 'ok',
        error: null,
        status: 200,
        activation_id: document.activationId,
      };
    },
  });
}

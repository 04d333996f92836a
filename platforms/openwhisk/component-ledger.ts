import type { ActivationReader, EpochSpan } from '../platform.js';

/**
 * Which components of sequences the run still lacks. Every activation has a record of its own, and that of a sequence, which
 * the controller writes, often comes before those of its components, which invokers write when their logs are collected: so
 * that all invocations have their record does not yet mean that all that they caused has.
 */
export interface ComponentLedger {
  /** A record was read. `isOurs`: an invocation of the run named it; what is owed is ours anyway. */
  read(record: unknown, isOurs: boolean): void;
  isOwed(activationId: string): boolean;
  /** components that were named and not read, and when they began; null = none */
  owed(): (EpochSpan & { count: number }) | null;
}

interface Named {
  components: string[];
  /** of the sequence: its components begin within it */
  span: EpochSpan;
}

export function componentLedger(): ComponentLedger {
  const owed = new Map<string, EpochSpan>();
  /** components read before the sequence that names them: a list of newest first has them first */
  const unclaimed = new Map<string, Named>();
  /** those that were read: one that a broken record names as its own component is not owed again */
  const sequences = new Set<string>();

  function claim({ components, span }: Named): void {
    for (const id of components) {
      const read = unclaimed.get(id);
      unclaimed.delete(id);
      if (read !== undefined) claim(read);
      else if (!sequences.has(id)) owed.set(id, span);
    }
  }

  return {
    read(record, isOurs) {
      const { activationId: id, cause, start, end } = record as Record<string, unknown>;
      if (typeof id !== 'string') return;
      const sinceMs = typeof start === 'number' ? start : 0;
      const named = {
        components: componentIdsOf(record),
        span: { sinceMs, uptoMs: Math.max(sinceMs, Number(end) || 0) },
      };
      if (named.components.length > 0) sequences.add(id);
      if (owed.delete(id) || isOurs) claim(named);
      else if (typeof cause === 'string') unclaimed.set(id, named);
    },
    isOwed: (id) => owed.has(id),
    owed() {
      if (owed.size === 0) return null;
      const span = { sinceMs: Infinity, uptoMs: 0, count: owed.size };
      for (const { sinceMs, uptoMs } of owed.values()) {
        span.sinceMs = Math.min(span.sinceMs, sinceMs);
        span.uptoMs = Math.max(span.uptoMs, uptoMs);
      }
      return span;
    },
  };
}

/** Records of a list, in which those of other tests stand, too: the reader knows whose the sequences are. */
export async function readListed(
  records: readonly unknown[],
  reader: ActivationReader,
  ledger: ComponentLedger,
): Promise<void> {
  const idOf = (record: unknown): unknown => (record as { activationId?: unknown }).activationId;
  const sequences = records.filter((record) => componentIdsOf(record).length > 0).map(idOf);
  const ours = new Set<unknown>(await reader.awaited(sequences.filter((id) => typeof id === 'string')));
  for (const record of records) ledger.read(record, ours.has(idOf(record)));
}

/** The components of a sequence or a composition: its logs are their ids, where others have lines that begin with a time. */
export function componentIdsOf(record: unknown): string[] {
  const { logs } = record as { logs?: unknown };
  return Array.isArray(logs) ? logs.filter((line) => typeof line === 'string' && /^[0-9a-f]{32}$/.test(line)) : [];
}

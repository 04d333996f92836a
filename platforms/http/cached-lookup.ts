import { lookup, type LookupAddress, type LookupOptions } from 'node:dns';
import type { LookupFunction } from 'node:net';
import { monotonicMs } from '../../common/clock.js';

/** Short enough that a name which moves is followed within a test, long enough that a burst of connections asks once. */
const FRESH_MS = 5_000;

type Found = LookupAddress[];
type Callback = (error: NodeJS.ErrnoException | null, found: Found) => void;

/**
 * `dns.lookup`, asked once for all connections that are opened within some seconds: it blocks a thread of a pool of four,
 * which a burst of connections would wait for. Errors are not kept.
 */
export function cachedLookup(): LookupFunction {
  const known = new Map<string, { found: Found; untilMs: number }>();
  const asked = new Map<string, Callback[]>();

  function addresses(host: string, options: LookupOptions, call: Callback): void {
    const key = `${host} ${options.family ?? 0} ${options.hints ?? 0}`;
    const kept = known.get(key);
    if (kept !== undefined && kept.untilMs > monotonicMs()) return void queueMicrotask(() => call(null, kept.found));
    const waiting = asked.get(key);
    if (waiting !== undefined) return void waiting.push(call);
    asked.set(key, [call]);
    lookup(host, { ...options, all: true }, (error, found) => {
      if (error === null) known.set(key, { found, untilMs: monotonicMs() + FRESH_MS });
      const all = asked.get(key)!;
      asked.delete(key);
      for (const each of all) each(error, found);
    });
  }

  return (host, options, call) => {
    addresses(host, options, (error, found) => {
      if (error !== null) call(error, '', 0);
      else if (options.all === true) call(null, found);
      else call(null, found[0]!.address, found[0]!.family);
    });
  };
}

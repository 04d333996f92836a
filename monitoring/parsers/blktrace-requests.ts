import type { BlockEvent } from './blktrace-line.js';

export interface CompletedRequest {
  /** from issue to completion; null where no issue was seen */
  latencyNs: number | null;
  /** from being queued to the issue; null where it was not seen queued, as the latter part of a split request is not */
  queueNs: number | null;
}

interface Issued {
  ns: number;
  sectors: number;
  queuedNs: number | null;
}

/** No disk has as many requests under way; what is older than that many others was lost, e.g. dropped by the tracer. */
const MOST = 65_536;
const MOST_FLUSHES = 64;

/**
 * Follows each request of each device from Q (queued) over D (issued) to C (completed) by its first sector:
 *
 *     latency = C − D        queue = D − Q, of the bio at the request's first sector
 *
 * A completion of a part leaves the rest of the request issued. A requeue (R) takes the issue back: the next D counts. A merge
 * (M, F) makes a bio part of another's request, so it is no longer queued itself. Flushes have no sector: the oldest
 * completes first.
 */
export class BlockRequests {
  readonly #queued = new Bounded<number>();
  readonly #issued = new Bounded<Issued[]>();

  queued(event: BlockEvent): void {
    this.#queued.set(keyOf(event), event.ns);
  }

  merged(event: BlockEvent): void {
    this.#queued.take(keyOf(event));
  }

  issued(event: BlockEvent): void {
    const key = keyOf(event);
    const earlier = event.sectors === 0 ? (this.#issued.take(key) ?? []) : [];
    const { ns, sectors } = event;
    this.#issued.set(key, [...earlier, { ns, sectors, queuedNs: this.#queued.take(key) ?? null }].slice(-MOST_FLUSHES));
  }

  requeued(event: BlockEvent): void {
    const issued = this.#takeIssued(keyOf(event));
    if (issued !== undefined && issued.queuedNs !== null) this.#queued.set(keyOf(event), issued.queuedNs);
  }

  /**
   * @returns null where nothing was done: a write that asked for a flush before or behind it is completed once more, without
   * sectors, when all of it is
   */
  completed(event: BlockEvent): CompletedRequest | null {
    const { ns, sector, sectors } = event;
    const issued = this.#takeIssued(keyOf(event));
    if (issued === undefined && sectors === 0) return null;
    // More than was issued at this sector: the events of another request are missing.
    if (issued === undefined || sectors > issued.sectors) return { latencyNs: null, queueNs: null };
    if (sectors < issued.sectors && sector !== null) {
      const rest = { ...issued, sectors: issued.sectors - sectors };
      this.#issued.set(keyOf({ ...event, sector: sector + sectors }), [rest]);
    }
    return { latencyNs: ns - issued.ns, queueNs: issued.queuedNs === null ? null : issued.ns - issued.queuedNs };
  }

  #takeIssued(key: string): Issued | undefined {
    const [issued, ...others] = this.#issued.take(key) ?? [];
    if (others.length > 0) this.#issued.set(key, others);
    return issued;
  }
}

function keyOf({ device, sector, sectors, rwbs }: BlockEvent): string {
  return sectors === 0 ? `${device} ${rwbs}` : `${device} ${sector}`;
}

/** Forgets the oldest beyond so many. */
class Bounded<Value> {
  readonly #values = new Map<string, Value>();

  set(key: string, value: Value): void {
    this.#values.delete(key);
    this.#values.set(key, value);
    if (this.#values.size > MOST) this.#values.delete(this.#values.keys().next().value!);
  }

  take(key: string): Value | undefined {
    const value = this.#values.get(key);
    this.#values.delete(key);
    return value;
  }
}

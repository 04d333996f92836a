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

  queued({ ns, ...place }: BlockEvent): void {
    this.#queued.set(keyOf(place), ns);
  }

  merged(place: BlockEvent): void {
    this.#queued.take(keyOf(place));
  }

  issued({ ns, sectors, ...place }: BlockEvent): void {
    const key = keyOf(place);
    const earlier = place.sector === null ? (this.#issued.take(key) ?? []) : [];
    this.#issued.set(key, [...earlier.slice(-MOST_FLUSHES), { ns, sectors, queuedNs: this.#queued.take(key) ?? null }]);
  }

  requeued(place: BlockEvent): void {
    const [issued, ...others] = this.#issued.take(keyOf(place)) ?? [];
    if (others.length > 0) this.#issued.set(keyOf(place), others);
    if (issued !== undefined && issued.queuedNs !== null) this.#queued.set(keyOf(place), issued.queuedNs);
  }

  completed({ ns, sectors, ...place }: BlockEvent): CompletedRequest {
    const key = keyOf({ ...place, sector: sectors === 0 ? null : place.sector });
    const [issued, ...others] = this.#issued.take(key) ?? [];
    if (others.length > 0) this.#issued.set(key, others);
    // More than was issued at this sector: the events of another request are missing.
    if (issued === undefined || sectors > issued.sectors) return { latencyNs: null, queueNs: null };
    const { queuedNs } = issued;
    if (sectors < issued.sectors && place.sector !== null)
      this.#issued.set(keyOf({ ...place, sector: place.sector + sectors }), [
        { ...issued, sectors: issued.sectors - sectors },
      ]);
    return { latencyNs: ns - issued.ns, queueNs: queuedNs === null ? null : issued.ns - queuedNs };
  }
}

const MOST_FLUSHES = 63;

function keyOf({ device, sector }: Pick<BlockEvent, 'device' | 'sector'>): string {
  return `${device} ${sector ?? 'flush'}`;
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

import type { Socket } from 'node:net';
import { callAfter } from '../faults/call-after.js';
import { nowNs } from '../timeline.js';
import type { ServiceSpec, Work } from './contract.js';
import type { LogCapture } from './log-capture.js';
import type { Outcome } from './outcome.js';
import type { Reply } from './runtime-api.js';

/** An invocation in the hands of an instance, until its log is complete. */
export interface HeldWork {
  readonly work: Work;
  readonly answered: boolean;
  /** what it wrote, once that is complete */
  readonly log: string[] | null;
  /** Begins its log; `whenEnded` is called when that is complete. */
  openLog(logs: LogCapture, whenEnded: () => void): void;
  /** Whether it waits for being handed over. */
  waits(): boolean;
  /** Whether the instance got it: not if the connection was broken before. */
  delivered(): boolean;
  /** Gives it to the instance, which has `timeoutMs` for it. */
  handOver(reply: Reply): void;
  /** Something was sent about it, so that the instance is to blame if it ends now. */
  sentThrough(link: Socket): void;
  end(outcome: Outcome, ns?: number): void;
  /** When something happened, see `clock`. */
  happened(ns?: number): number;
  /** Forgets its timers; it goes on elsewhere. */
  release(): void;
}

export interface HeldWorkEvents {
  expired(): void;
  brokeDown(): void;
  /** the largest size that the instance has had, bytes; null if that cannot be known */
  peakMemory(): number | null;
}

/** Takes work in hand. */
export function holdWork(work: Work, service: ServiceSpec, events: HeldWorkEvents): HeldWork {
  let answered = false;
  let log: string[] | null = null;
  let isHandedOver = false;
  let link: Socket | null = null;
  let deadline: NodeJS.Timeout | undefined;
  let cancelCrash: (() => void) | undefined;
  const happened = clock();

  function release(): void {
    clearTimeout(deadline);
    cancelCrash?.();
  }

  return {
    work,
    get log() {
      return log;
    },
    openLog(logs, whenEnded) {
      logs.begin(work.activationId, service.logLimitBytes, service.clockSkewMs, (lines) => {
        log = lines;
        whenEnded();
      });
    },
    get answered() {
      return answered;
    },
    waits: () => !isHandedOver && !answered,
    delivered: () => link !== null && link.errored === null,
    handOver(reply) {
      isHandedOver = true;
      const { timeoutMs } = service;
      deadline = setTimeout(events.expired, timeoutMs);
      const headers = {
        ...work.headers,
        'Content-Type': 'application/json',
        'Lambda-Runtime-Aws-Request-Id': work.activationId,
        'Lambda-Runtime-Deadline-Ms': Date.now() + timeoutMs,
        ...(work.delayMs > 0 ? { 'Faaslab-Delay-Ms': work.delayMs } : {}),
      };
      work.running(happened());
      // Of one that has closed its side the server ends ours at once, and tells of the end only later: nothing is sent then.
      link = reply.socket.writable ? reply.socket : null;
      reply.send(200, headers, work.payload);
      // At once is in this turn: in the next one a quick function has answered.
      if (work.crashAfterMs === 0) events.brokeDown();
      else if (work.crashAfterMs !== null) cancelCrash = callAfter(work.crashAfterMs, events.brokeDown);
    },
    sentThrough: (socket) => void (link = socket),
    end(outcome, ns) {
      if (answered) return;
      answered = true;
      release();
      work.ending(events.peakMemory);
      work.done(outcome, happened(ns));
    },
    happened,
    release,
  };
}

/**
 * When something happened, by the instance's own reading of the common clock: on a busy machine the platform hears of it
 * late. A reading that cannot be (before the step before, or in the future) or that is missing gives way to now.
 */
function clock(): (ns?: number) => number {
  let lastNs = nowNs();
  return (ns = NaN) => {
    const now = nowNs();
    lastNs = ns >= lastNs && ns <= now ? ns : now;
    return lastNs;
  };
}

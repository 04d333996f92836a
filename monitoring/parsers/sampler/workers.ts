import { growth, intervalMs, perSecond, sum } from './growth.js';
import type { SamplerHead, WorkerSample } from './line.js';

type Row = Record<string, number | string | null>;

/** The rows of the embedded platform's functions, each summed over the processes that serve it. */
export class Workers {
  /** ticks of CPU by process where the interval began; null before the first sample */
  #before: Map<string, number> | null = null;
  /** also those whose last process has ended: their curves go down to 0 and do not just stop */
  readonly #functions = new Set<string>();

  /** @param span seconds since the sample before; `new` where there is none; `too short` to tell a rate of it */
  rows(
    workers: readonly WorkerSample[],
    span: number | 'new' | 'too short',
    { ticksPerS, pageBytes }: SamplerHead,
  ): Row[] {
    const seconds = typeof span === 'number' ? span : null;
    const before = seconds === null ? null : this.#before;
    const now = new Map<string, number>();
    for (const worker of workers) {
      this.#functions.add(worker.function);
      now.set(processOf(worker), worker.utime + worker.stime);
    }
    const rows = [...this.#functions].map((name) => {
      const own = workers.filter((worker) => worker.function === name);
      const running = own.filter(({ state }) => state !== 'Z');
      // One that was not there before has used all that it has used since then.
      const ticks = own.map((worker) => {
        const process = processOf(worker);
        return before === null ? null : growth(before.get(process) ?? 0, now.get(process));
      });
      const cpuS = ticksPerS === null ? null : scaled(sumOrNothing(ticks, before !== null), 1 / ticksPerS);
      const pages = running.reduce((total, { rss }) => total + rss, 0);
      return {
        function: name,
        interval_ms: seconds === null ? null : intervalMs(seconds),
        processes: running.length,
        cpu_pct: seconds === null ? null : scaled(perSecond(cpuS, seconds), 100),
        rss_bytes: pageBytes === null ? null : pages * pageBytes,
      };
    });
    if (span !== 'too short') this.#before = now;
    return rows;
  }
}

/** A pid may be given again, with another start. */
function processOf({ pid, starttime }: WorkerSample): string {
  return `${pid} ${starttime}`;
}

function sumOrNothing(values: readonly (number | null)[], isKnown: boolean): number | null {
  return values.length === 0 && isKnown ? 0 : sum(values);
}

function scaled(value: number | null, factor: number): number | null {
  return value === null ? null : value * factor;
}

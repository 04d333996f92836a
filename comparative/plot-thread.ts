import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { ConfigError, messageOf } from '../common/errors.js';
import { compiledModule } from '../common/package-root.js';
import type { Spec } from '../plotting/spec.js';
import type { PlotOrder, PlotReport, PlotSetup, TableNames } from './custom-plot-messages.js';

/** A query of the plot: all rows of a table, or those of a select. */
export type Answerer = (table: string, sql: string | null) => Promise<Record<string, unknown>[]>;

type Query = PlotReport & { type: 'query' };

/** What went wrong in code that is not ours; everything else stands. */
export class PlotFault extends Error {}

/** The thread of a customized plot that is loaded. */
export interface PlotThread {
  file: string;
  /**
   * Calls the plot once.
   * @returns its specifications by name
   * @throws  PlotFault what went wrong, with file and line
   */
  draw(tables: TableNames, out: string, answer: Answerer): Promise<[name: string, spec: Spec][]>;
  /** ends the thread, whatever it does */
  close(): Promise<void>;
}

/**
 * Starts a thread in which a user's code is loaded and called. Here it could not be ended: a loop that never gives way holds its
 * thread, timers and signals with it.
 * @param limitS how long loading may take, and then drawing
 * @throws ConfigError if it cannot be loaded
 */
export async function openPlotThread(
  setup: PlotSetup,
  limitS: number,
  signal: AbortSignal | undefined,
): Promise<PlotThread> {
  const worker = new Worker(compiledModule('comparative/custom-plot-thread.js'), { workerData: setup });
  const order = (message: PlotOrder): void => worker.postMessage(message);
  const ended = once(worker, 'exit').then((): PlotReport =>
    fault('its promise never settles: nothing was left to wait for'),
  );
  const failed = new Promise<PlotReport>((over) => {
    for (const event of ['error', 'messageerror']) worker.on(event, (error: unknown) => over(fault(messageOf(error))));
  });
  const close = async (): Promise<void> => {
    signal?.removeEventListener('abort', onAbort);
    await worker.terminate();
  };
  const onAbort = (): void => void close();
  signal?.addEventListener('abort', onAbort);

  function fault(what: string): PlotReport {
    return { type: 'fault', message: `${setup.file}: ${what}` };
  }
  /** The thread's last word of a step, or what kept it from saying one. */
  async function lastWord(onQuery: (query: Query) => void): Promise<PlotReport> {
    let limit: NodeJS.Timeout | undefined;
    const late = new Promise<PlotReport>((over) => {
      const why = `it did not end within ${limitS} s and was ended (--plot-limit SECONDS sets another limit)`;
      limit = setTimeout(() => over(fault(why)), limitS * 1_000);
    });
    let listener: (report: PlotReport) => void = () => undefined;
    const said = new Promise<PlotReport>((over) => {
      listener = (report) => (report.type === 'query' ? onQuery(report) : over(report));
    });
    worker.on('message', listener);
    try {
      const last = await Promise.race([said, failed, ended, late]);
      signal?.throwIfAborted();
      return last;
    } finally {
      clearTimeout(limit);
      worker.off('message', listener);
    }
  }

  try {
    const first = await lastWord(() => undefined);
    if (first.type === 'refused' || first.type === 'fault') throw new ConfigError(first.message);
  } catch (error) {
    await close();
    throw error;
  }
  return {
    file: setup.file,
    close,
    async draw(tables, out, answer) {
      order({ type: 'draw', tables, out });
      const last = await lastWord(({ id, table, sql }) => {
        answer(table, sql).then(
          (rows) => order({ type: 'answer', id, rows }),
          (error: unknown) => order({ type: 'refusal', id, message: messageOf(error) }),
        );
      });
      await close();
      if (last.type === 'fault') throw new PlotFault(last.message);
      return last.type === 'specs' ? last.specs : [];
    },
  };
}

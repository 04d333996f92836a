import { parentPort, workerData } from 'node:worker_threads';
import { messageOf } from '../common/errors.js';
import type { PlotOrder, PlotReport, PlotSetup, TableNames } from './custom-plot-messages.js';
import { specsIn, type ComparativePlotting, type PlotTable } from './custom-plot-specs.js';
import { guarded } from './guarded.js';
import { importPlot, lineIn } from './import-custom-plot.js';

// A thread of its own, so that a loop of the user's that never ends can be ended from outside.

const main = parentPort!;
const { file, path } = workerData as PlotSetup;
const report = (message: PlotReport): void => main.postMessage(message);

let plot: ComparativePlotting | null = null;
const asked = new Map<number, (order: PlotOrder) => void>();

main.on('message', (order: PlotOrder) => {
  if (order.type === 'draw') void draw(order.tables, order.out);
  else asked.get(order.id)!(order);
});
void load();

async function load(): Promise<void> {
  // Without a hold on the thread, so that a promise of the user's that never settles is seen to.
  main.unref();
  try {
    plot = await importPlot(file, path);
    report({ type: 'loaded' });
    main.ref();
  } catch (error) {
    report({ type: 'refused', message: messageOf(error) });
  }
}

async function draw(tables: TableNames, out: string): Promise<void> {
  main.unref();
  try {
    const perfs = Object.fromEntries(Object.entries(tables.perfs).map(([tool, name]) => [tool, tableOf(name)]));
    const place = { out, stat: tableOf(tables.stat) };
    const specs = specsIn(await guarded(() => plot!(tableOf(tables.test), perfs, place)));
    report({ type: 'specs', specs });
  } catch (error) {
    report({ type: 'fault', message: `${file}${lineIn(path, error)}: ${messageOf(error)}` });
  }
}

function tableOf(name: string): PlotTable {
  return { name, rows: () => ask(name, null), query: (sql) => ask(name, String(sql)) };
}

let queries = 0;

/** The database's own errors come from another thread and know no line; this one knows who asked. */
async function ask(table: string, sql: string | null): Promise<Record<string, unknown>[]> {
  const { stack } = new Error('asked here');
  const id = (queries += 1);
  main.ref();
  const answer = await new Promise<PlotOrder>((answered) => {
    asked.set(id, answered);
    report({ type: 'query', id, table, sql });
  });
  asked.delete(id);
  if (asked.size === 0) main.unref();
  if (answer.type === 'answer') return answer.rows;
  throw Object.assign(new Error(answer.type === 'refusal' ? answer.message : 'no answer'), { stack });
}

import { parentPort, workerData } from 'node:worker_threads';
import { collectGarbage } from '../../common/collect-garbage.js';
import { ConfigError, messageOf } from '../../common/errors.js';
import type { InvocationPort, OpenPort } from '../../platforms/platform.js';
import { fireRows } from './fire-rows.js';
import { rehearseFiring } from './rehearsal.js';
import type { FiringSetup, Order, Report } from './messages.js';

/** How long connections are waited for before the test. */
const WARM_LIMIT_MS = 10_000;

const main = parentPort!;
const { module, options, warmConnections } = workerData as FiringSetup;
const report = (message: Report, transfer: ArrayBuffer[] = []): void => main.postMessage(message, transfer);

try {
  const port = await openPort();
  await rehearseFiring((await port.rehearsal?.()) ?? null);
  // Rows meet what is not open by then; their own timeout may be much longer.
  await Promise.race([port.warm(warmConnections), new Promise((over) => setTimeout(over, WARM_LIMIT_MS).unref())]);
  collectGarbage();
  main.on('message', fireRows(port, options.maxInFlight, report, () => main.close()) satisfies (order: Order) => void);
  report({ type: 'ready' });
} catch (error) {
  report({ type: 'fault', message: messageOf(error), usage: error instanceof ConfigError });
}

async function openPort(): Promise<InvocationPort> {
  const platform = (await import(module.moduleUrl)) as { openPort: OpenPort };
  return platform.openPort(module.descriptor, options);
}

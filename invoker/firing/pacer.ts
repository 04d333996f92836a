import { parentPort, workerData } from 'node:worker_threads';
import { watchProcessorShares } from '../../common/thread-watch.js';
import { type AlarmMemory, paceAlarm } from './alarm.js';

const shares = watchProcessorShares();
paceAlarm(workerData as AlarmMemory, () => parentPort!.postMessage(null, []));
parentPort!.postMessage(shares());

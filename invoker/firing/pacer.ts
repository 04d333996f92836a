import { parentPort, workerData } from 'node:worker_threads';
import { type AlarmMemory, paceAlarm } from './alarm.js';

paceAlarm(workerData as AlarmMemory, () => parentPort!.postMessage(null, []));

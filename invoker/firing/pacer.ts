import { parentPort, workerData } from 'node:worker_threads';
import { watchProcessorShares } from '../../common/thread-watch.js';
import { pace, type PacerMemory } from './pacing.js';

const shares = watchProcessorShares();
pace(workerData as PacerMemory, () => parentPort!.postMessage(null, []));
parentPort!.postMessage(shares());

import { Worker } from 'node:worker_threads';
import { compiledModule } from '../../../common/package-root.js';
import type { FromWarden, ToWarden } from './messages.js';

/** Watches the processes of the platform's instances. */
export interface Warden {
  /** Calls `exceeded` when the processes of this group hold more than so many bytes. */
  watch(group: number, limitBytes: number): void;
  unwatch(group: number): void;
  /** Ends what the instance of this folder left behind outside its process group. */
  sweep(folder: string): void;
  /** Sweeps what is to be swept, and ends. */
  stop(): Promise<void>;
}

/** Starts the thread that watches. Where the system has no /proc it sees nothing, and no limit of memory holds. */
export function startWarden(exceeded: (group: number) => void): Warden {
  const worker = new Worker(compiledModule('embedded/execution/processes/thread.js'));
  worker.unref();
  let finished!: () => void;
  const stopped = new Promise<void>((resolve) => (finished = resolve));
  worker.on('message', (message: FromWarden) => {
    if (message.tell === 'exceeded') exceeded(message.group);
    else finished();
  });
  // Whatever befell it, the platform can stop.
  worker.once('exit', () => finished());
  const tell = (message: ToWarden): void => worker.postMessage(message);

  return {
    watch: (group, limitBytes) => tell({ tell: 'watch', group, limitBytes }),
    unwatch: (group) => tell({ tell: 'unwatch', group }),
    sweep: (folder) => tell({ tell: 'sweep', folder }),
    async stop() {
      worker.ref();
      tell({ tell: 'finish' });
      await stopped;
    },
  };
}

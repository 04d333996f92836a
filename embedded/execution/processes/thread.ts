import { parentPort } from 'node:worker_threads';
import { createGroupMemory } from './group-memory.js';
import type { FromWarden, ToWarden } from './messages.js';
import { allProcesses } from './proc.js';
import { createSweeper } from './sweeper.js';

/**
 * Looks at the processes of the platform's instances from a thread of its own: reading /proc takes milliseconds, which
 * invocations must not wait for. Known processes are read every tick, and every tenth tick who belongs to whom.
 */
const TICK_MS = 100;
const LEARN_EVERY = 10;

const memory = createGroupMemory();
const sweeper = createSweeper();
let watched = 0;
let ticks = 0;

function tell(message: FromWarden): void {
  parentPort!.postMessage(message);
}

function tick(): void {
  ticks += 1;
  if (ticks % LEARN_EVERY === 0 && (watched > 0 || sweeper.isDue())) {
    const processes = allProcesses();
    memory.learn(processes);
    if (sweeper.isDue()) sweeper.sweep(processes);
  }
  if (watched === 0) return;
  for (const group of memory.exceeding()) tell({ tell: 'exceeded', group });
}

const timer = setInterval(tick, TICK_MS);

parentPort!.on('message', (message: ToWarden) => {
  switch (message.tell) {
    case 'watch':
      watched += 1;
      return memory.watch(message.group, message.limitBytes);
    case 'unwatch':
      watched -= 1;
      return memory.unwatch(message.group);
    case 'sweep':
      return sweeper.add(message.folder);
    case 'finish':
      clearInterval(timer);
      while (sweeper.isDue()) sweeper.sweep(allProcesses());
      tell({ tell: 'finished' });
      parentPort!.close();
  }
});

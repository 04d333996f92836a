import { messageOf } from '../../common/errors.js';
import type { LaunchOrder, LaunchReport } from './launch-messages.js';
import { openLaunching, type Launching } from './launching.js';

/**
 * The launcher, a process of its own: starting a process copies the page tables of the one that starts it, and stops it for
 * so long. In the invoker, with its hundreds of megabytes, that would be tens of milliseconds in which nothing is fired.
 */
let launching: Promise<Launching> | undefined;

function report(message: LaunchReport): void {
  // With the channel gone there is nobody to tell.
  if (process.connected) process.send!(message, () => undefined);
}

async function obey(order: LaunchOrder): Promise<void> {
  switch (order.type) {
    case 'open':
      launching = openLaunching(order.descriptor);
      await launching;
      return report({ type: 'ready' });
    case 'launch': {
      const { id, instance, input, deadlineMs } = order;
      const { launch } = await launching!;
      return launch(instance, input, deadlineMs, (answer) => report({ type: 'answer', id, answer }));
    }
    case 'warm':
      await (await launching!).warm();
      return report({ type: 'warmed' });
    case 'close':
      return process.disconnect();
  }
}

process.on('message', (order: LaunchOrder) => {
  obey(order).catch((error: unknown) => report({ type: 'fault', message: messageOf(error) }));
});
process.once('disconnect', () => {
  launching?.then((opened) => opened.close()).catch(() => undefined);
});

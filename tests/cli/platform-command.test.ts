import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { expect, test } from 'vitest';
import { emptyFolder, startProgram } from '../support/programs.js';

/** Resolves when no process of this id is left. */
async function gone(pid: number): Promise<void> {
  for (;;) {
    try {
      process.kill(pid, 0);
    } catch {
      return;
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

test.each(['SIGTERM', 'SIGKILL'] as const)('the platform does not outlive its command after %s', async (signal) => {
  const command = startProgram('faaslab', ['platform', '--json'], { cwd: emptyFolder() });
  const [line] = (await once(createInterface({ input: command.stdout }), 'line')) as [string];
  const { pid } = JSON.parse(line) as { pid: number };
  expect(pid).not.toBe(command.pid);
  const ended = once(command, 'exit');
  command.kill(signal);
  expect(await ended).toEqual(signal === 'SIGTERM' ? [0, null] : [null, 'SIGKILL']);
  await gone(pid);
});

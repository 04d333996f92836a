import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** An emulator that runs as a process of its own. */
export interface Emulator {
  /** ends it and removes what it wrote */
  stop(): Promise<void>;
}

/**
 * Starts an emulator in an empty home and waits until it answers at `url`: it says when it is ready in words that may change.
 */
export async function startEmulator(
  program: string,
  args: string[],
  url: string,
  env: Record<string, string> = {},
): Promise<Emulator> {
  const home = mkdtempSync(join(tmpdir(), 'faaslab-emulator-'));
  const child: ChildProcess = spawn(program, args, {
    cwd: home,
    // Node is where functions are run by.
    env: { PATH: process.env['PATH'], HOME: home, TMPDIR: home, ...env },
    stdio: 'ignore',
  });
  const emulator: Emulator = {
    async stop() {
      const gone = once(child, 'exit');
      if (child.exitCode === null && child.kill('SIGTERM')) await gone;
      rmSync(home, { recursive: true, force: true });
    },
  };
  for (;;) {
    if (child.exitCode !== null) {
      await emulator.stop();
      throw new Error(`${program} ended with ${child.exitCode}`);
    }
    const answer = await fetch(url).catch(() => null);
    if (answer !== null) return emulator;
    await sleep(50);
  }
}

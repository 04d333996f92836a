import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { findRuntimes } from '../../dist/embedded/execution/runtimes.js';
import { SOURCES, startPlatform } from './running-platform.mjs';

const runtimes = await findRuntimes();

/** The bare programs that cold starts are measured against: the very ones that the platform starts, where they are there. */
export const BARE = {
  node: { name: 'node -e 0', program: runtimes.node.program, args: ['-e', '0'] },
  python: runtimes.python3 && { name: 'python3 -c pass', program: runtimes.python3.program, args: ['-c', 'pass'] },
};

/**
 * Cold starts beside the bare program, in turn, the order changing from pair to pair: so whatever befalls the machine
 * befalls both. An instance is gone before the next one is measured.
 * @returns of each pair, ms: the bare program from its start to its end, and accept → ready and accept → run of the cold start
 */
export async function coldStarts(runtime, pairs, call) {
  const platform = await startPlatform({ pool: { keep_alive_ms: 1 } });
  await platform.putAction('cold', SOURCES[runtime]);
  const bareMs = [];
  const ids = [];
  // The first pair fills the file cache.
  for (let pair = 0; pair <= pairs; pair += 1) {
    const steps = [
      async () => bareMs.push(await timed(BARE[runtime])),
      async () => {
        ids.push(await call(platform, 'cold'));
        while (platform.instances().length > 0) await pause(2);
      },
    ];
    for (const step of pair % 2 === 0 ? steps : steps.toReversed()) await step();
  }
  const truths = await platform.stop();
  return ids.slice(1).map((id, at) => {
    const { accept_ns: accept, ready_ns: ready, run_ns: run, cold } = truths.get(id);
    if (!cold) throw new Error(`${id} was warm`);
    return { bareMs: bareMs[at + 1], readyMs: (ready - accept) / 1e6, runMs: (run - accept) / 1e6 };
  });
}

async function timed({ program, args }) {
  const began = process.hrtime.bigint();
  // As an instance is started: in a process group of its own, with an environment of its own, from pipes.
  const child = spawn(program, args, {
    env: { PATH: process.env.PATH, LANG: 'C.UTF-8' },
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
    detached: true,
  });
  let ended;
  child.once('exit', () => (ended = process.hrtime.bigint()));
  await once(child, 'close');
  return Number(ended - began) / 1e6;
}

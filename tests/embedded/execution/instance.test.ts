import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { Socket } from 'node:net';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { packageRoot } from '../../../common/package-root.js';
import type { Instance, Work } from '../../../embedded/execution/contract.js';
import { startInstance } from '../../../embedded/execution/instance.js';
import type { Outcome } from '../../../embedded/execution/outcome.js';
import { emptyFolder } from '../../support/programs.js';

/** Ends as soon as it has answered. */
const ENDS_AFTER_ANSWER = `function main() {
  setImmediate(() => process.exit(1));
  return {};
}`;

function work(activationId: string, outcomes: Record<string, Outcome['kind']>): Work {
  return {
    activationId,
    payload: '{}',
    headers: {},
    delayMs: 0,
    crashAfterMs: null,
    taken: () => undefined,
    running: () => undefined,
    waited: () => undefined,
    ending: () => undefined,
    done: ({ kind }) => void (outcomes[activationId] = kind),
    logged: () => undefined,
  };
}

/** Calls back when an instance has closed its connection, and after the server has done its part, before it says so. */
function onEndOfInput(then: () => void): void {
  const onConnection = (message: unknown): void => {
    const { socket } = message as { socket: Socket };
    socket.once('end', then);
  };
  subscribe('net.server.socket', onConnection);
  onTestFinished(() => void unsubscribe('net.server.socket', onConnection));
}

test('work that comes between the end of an instance and the news of it is left for another', async () => {
  const folder = emptyFolder();
  const own = join(folder, 'own');
  mkdirSync(own);
  writeFileSync(join(folder, 'f.js'), ENDS_AFTER_ANSWER);
  const outcomes: Record<string, Outcome['kind']> = {};
  const second = work('second', outcomes);
  const left = await new Promise<readonly Work[]>((gone) => {
    const instance: Instance = startInstance(
      {
        program: process.execPath,
        args: [join(packageRoot, 'embedded', 'execution', 'runtimes', 'node.cjs')],
        env: {
          PATH: process.env['PATH'],
          LAMBDA_TASK_ROOT: folder,
          _HANDLER: 'main',
          FAASLAB_ENTRY: 'main',
          FAASLAB_CODE: join(folder, 'f.js'),
        },
        folder: own,
        socketPath: join(folder, 's'),
        logMark: 'end-of-log',
        answerLimitBytes: 1_000,
      },
      {
        clockSkewMs: 0,
        timeoutMs: 60_000,
        logLimitBytes: 1_000,
        memoryLimitMb: 256,
        endsAfterError: true,
        concurrency: 1,
      },
      {
        ready: () => undefined,
        loaded: () => undefined,
        freed: () => undefined,
        leaves: () => undefined,
        gone,
      },
    );
    onEndOfInput(() => instance.run(second));
    instance.run(work('first', outcomes));
  });
  expect(outcomes).toEqual({ first: 'returned' });
  expect(left).toEqual([second]);
});

import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { compiledModule } from '../common/package-root.js';
import { EXIT } from '../common/errors.js';

const INTERRUPTIONS: ReadonlySet<NodeJS.Signals> = new Set(['SIGINT', 'SIGTERM', 'SIGHUP']);

/**
 * `faaslab platform`: the embedded platform in the foreground. It is a process of its own, as every platform is; this one
 * hands it the terminal and every signal, and ends as it ends.
 */
export async function platformCommand(args: string[]): Promise<number> {
  const child = spawn(process.execPath, [fileURLToPath(compiledModule('embedded/main.js')), ...args], {
    // The open channel ties it to this process: when this one is killed, it stops by itself.
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
  });
  const forward = (signal: NodeJS.Signals): void => void child.kill(signal);
  // A Ctrl-C on the terminal reaches the child by itself; both are told to end when only this one is signalled.
  const ignoreInterrupt = (): void => undefined;
  process.on('SIGTERM', forward);
  process.on('SIGHUP', forward);
  process.on('SIGINT', process.stdin.isTTY ? ignoreInterrupt : forward);
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    // Told to stop before it could listen to signals, or while its start hung, it ends by the signal.
    child.once('exit', (code, signal) =>
      resolve(code ?? (INTERRUPTIONS.has(signal!) ? EXIT.interrupted : EXIT.failed)),
    );
  });
}

import { StringDecoder } from 'node:string_decoder';
import { execa } from 'execa';
import type { KubernetesPods } from '../../workload/model.js';

/** A `kubectl` that runs, with whatever it started (a helper that fetches credentials): all of it is one process group. */
export interface RunningKubectl {
  /** of its group too; undefined where it could not be started */
  pid: number | undefined;
  /** how it ended, after the last of its output; never rejects */
  ended: Promise<KubectlEnd>;
  stop(): void;
}

export interface KubectlEnd {
  /** null where a signal ended it, or it could not be started */
  exitCode: number | null;
  /** the system's word for why it could not be started, e.g. ENOENT */
  startError: string | null;
  /** the end of what it said on stderr: may hold anything, see kubectl-fault.ts */
  stderr: string;
}

/** What is told to end has so long before it is killed. */
const KILL_AFTER_MS = 2_000;
/** A watch of many hours may complain often; its last words count. */
const STDERR_KEPT = 4_096;

/** Asks for the pods; every value is bound to its option, so that none can be taken for an option itself. */
export function getPodsArguments({ namespace, selector, context, kubeconfig }: KubernetesPods): string[] {
  return [
    ...(context === null ? [] : [`--context=${context}`]),
    ...(kubeconfig === null ? [] : [`--kubeconfig=${kubeconfig}`]),
    `--namespace=${namespace}`,
    'get',
    'pods',
    `--selector=${selector}`,
    '--output=json',
  ];
}

/**
 * Starts `kubectl`, which finds cluster and credentials as it does for the user.
 * @param onOutput gets its stdout piece by piece
 */
export function startKubectl(args: readonly string[], onOutput: (text: string) => void): RunningKubectl {
  const child = execa('kubectl', args, {
    stdin: 'ignore',
    buffer: false,
    reject: false,
    // A group of its own: Ctrl-C in a terminal is for us, who end it when what is in flight has ended.
    detached: true,
    cleanup: false,
  });
  const decoder = new StringDecoder('utf8');
  let stderr = '';
  child.stdout.on('data', (chunk: Buffer) => onOutput(decoder.write(chunk)));
  child.stderr.on('data', (chunk: Buffer) => (stderr = `${stderr}${chunk.toString()}`.slice(-STDERR_KEPT)));
  let killing: NodeJS.Timeout | undefined;
  async function awaitEnd(): Promise<KubectlEnd> {
    const { exitCode = null, code = null } = await child;
    clearTimeout(killing);
    return { exitCode, startError: exitCode === null ? code : null, stderr };
  }
  return {
    pid: child.pid,
    ended: awaitEnd(),
    stop() {
      signalGroup(child.pid, 'SIGTERM');
      killing ??= setTimeout(() => signalGroup(child.pid, 'SIGKILL'), KILL_AFTER_MS);
    },
  };
}

function signalGroup(pid: number | undefined, name: NodeJS.Signals): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, name);
  } catch {
    // It has ended.
  }
}

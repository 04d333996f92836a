import { execa } from 'execa';
import { monotonicMs } from '../../common/clock.js';

/** A program with its environment. */
export interface Program {
  path: string;
  env: NodeJS.ProcessEnv;
}

/** How a process ended. Times are of `monotonicMs()`. */
export interface ProcessEnd {
  /** null where it never ran, or a signal ended it */
  exitCode: number | null;
  signal: string | null;
  /** the beginning of what it wrote to stdout and to stderr */
  said: readonly string[];
  endMs: number;
}

/** A process under way. */
export interface RunningProcess {
  /** undefined where the system gave none */
  readonly pid: number | undefined;
  readonly startedMs: number | null;
  readonly firstOutputMs: number | null;
  /** so far, of both streams */
  readonly outputBytes: number;
  /** resolves when it has ended and its output was read; never rejects */
  readonly end: Promise<ProcessEnd>;
  /** ends it and whatever it started */
  kill(): void;
}

/** How much is kept of each stream: the first line is of interest. */
const KEPT_BYTES = 2_048;

/** Starts a process, without a shell. */
export function startProcess({ path, env }: Program, args: string[]): RunningProcess {
  const child = execa(path, args, {
    // A group of its own: it can be ended with whatever it started, and a Ctrl-C on the terminal does not reach it.
    detached: true,
    cleanup: false,
    stdin: 'ignore',
    env,
    extendEnv: false,
    buffer: false,
    reject: false,
  });
  const { pid } = child;
  const startedMs = pid === undefined ? null : monotonicMs();
  let firstOutputMs: number | null = null;
  let outputBytes = 0;
  let endMs: number | null = null;
  child.once('exit', () => (endMs = monotonicMs()));
  const heads = [child.stdout, child.stderr].map((stream) => {
    let head = Buffer.alloc(0);
    stream.on('data', (chunk: Buffer) => {
      firstOutputMs ??= monotonicMs();
      outputBytes += chunk.byteLength;
      if (head.length < KEPT_BYTES) head = Buffer.concat([head, chunk.subarray(0, KEPT_BYTES - head.length)]);
    });
    return () => head.toString('utf8');
  });
  const end = child.then(({ exitCode = null, signal = null }) => ({
    exitCode,
    signal,
    said: heads.map((head) => head()),
    endMs: endMs ?? monotonicMs(),
  }));
  return {
    pid,
    startedMs,
    end,
    get firstOutputMs() {
      return firstOutputMs;
    },
    get outputBytes() {
      return outputBytes;
    },
    kill: () => killGroup(pid),
  };
}

function killGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // It has ended already.
  }
}

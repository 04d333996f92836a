import { spawn } from 'node:child_process';
import type { Readable } from 'node:stream';

/** How to start a runtime. */
export interface ChildSpec {
  program: string;
  args: readonly string[];
  env: NodeJS.ProcessEnv;
  /** its own folder: working directory and TMPDIR */
  folder: string;
}

export interface ChildEvents {
  /** it runs, and has not loaded the function yet; when that was, by its own reading of the clock */
  ready(ns: number): void;
  /** it could not be started */
  failed(reason: string): void;
  /** it has ended: `exit status 1`, `signal: killed`, null = with status 0; its pipes may still hold something */
  exited(how: string | null): void;
  /** and so have its pipes; the last event, also after failed */
  closed(): void;
}

export interface Child {
  pid: number | undefined;
  output: readonly [Readable, Readable];
  /** Kills it and everything that it started. */
  kill(): void;
}

/** How long pipes may stay open after the end of the process that they belong to. */
const CLOSE_LIMIT_MS = 1_000;

/** Signals as a C library words them. */
const SIGNAL_WORDS: Readonly<Record<string, string>> = {
  SIGKILL: 'killed',
  SIGTERM: 'terminated',
  SIGSEGV: 'segmentation fault',
  SIGABRT: 'aborted',
  SIGBUS: 'bus error',
  SIGFPE: 'floating point exception',
  SIGILL: 'illegal instruction',
};

/** Starts a process in a process group of its own. Only the variables in `env` reach it. */
export function startChild({ program, args, env, folder }: ChildSpec, events: ChildEvents): Child {
  const child = spawn(program, args, { cwd: folder, env, stdio: ['ignore', 'pipe', 'pipe', 'pipe'], detached: true });
  let closed = false;

  function kill(): void {
    if (child.pid === undefined || closed) return;
    try {
      process.kill(-child.pid, 'SIGKILL');
    } catch {
      // it has ended already, and so has all that it started
    }
  }
  function close(): void {
    if (closed) return;
    closed = true;
    events.closed();
  }

  child.stdio[3]!.once('data', (chunk: Buffer) => events.ready(Number(chunk.toString())));
  child.once('error', (error) => {
    events.failed(error.message);
    if (child.pid === undefined) close();
  });
  child.once('exit', (status, signal) => {
    // What it started goes with it, and with that the last writers of its pipes.
    kill();
    events.exited(
      signal !== null ? `signal: ${SIGNAL_WORDS[signal] ?? signal}` : status ? `exit status ${status}` : null,
    );
    // Behind whatever came meanwhile: a platform that was busy for so long has not read it yet.
    setTimeout(() => setImmediate(close), CLOSE_LIMIT_MS).unref();
  });
  child.once('close', close);
  return { pid: child.pid, output: [child.stdout!, child.stderr!], kill };
}

import { type ChildProcess, spawn } from 'node:child_process';
import { monotonicMs } from '../../common/clock.js';
import { messageOf, systemErrorCode } from '../../common/errors.js';
import type { RemoteHost } from '../../workload/model.js';
import { handover } from './handover.js';
import { EndlessLine, lineCutter } from './lines.js';
import { LONGEST_LINE_BYTES } from './limits.js';
import { type Answer, readAnswer } from './protocol.js';
import { sshArguments } from './ssh-command.js';

/** The session is over, or did not say in time what it should have. */
export class SessionFault extends Error {
  override readonly name = 'SessionFault';
  /** @param ended the connection ended, and not by us: ssh may have said why */
  constructor(
    message: string,
    readonly ended = false,
  ) {
    super(message);
  }
}

/** What the host said, and when its bytes were here (on the axis of `monotonicMs()`). */
export interface Heard {
  answer: Answer;
  atMs: number;
}

/** One connection to the agent on a host. */
export interface Session {
  send(command: string): void;
  /** @throws SessionFault if the session is over, or nothing comes within so long */
  answer(limitMs: number): Promise<Heard>;
  /** Takes the lines between `samples follow` and `samples over`; others are dropped there. */
  onSample: (line: string) => Promise<void>;
  /** when it was over, on the axis of `monotonicMs()`; null while it is not */
  readonly overAtMs: number | null;
  /** why we ended it; null where it ended by itself */
  readonly cutBecause: string | null;
  /** the last kilobytes of what ssh wrote to its stderr */
  readonly stderr: string;
  /** Ends it at once: the agent notices and cleans up. The first reason counts. */
  cut(because: string): void;
  /** Resolves when ssh and all that it wrote are gone. */
  readonly closed: Promise<void>;
}

export const CONNECTION_ENDED = 'the connection ended';
const STDERR_KEPT = 8_192;

/**
 * Starts ssh. Never throws: a session that cannot be is over at once, and its stderr says why.
 * @param reachMs of all that comes before the run; ssh gives up somewhat sooner, for it knows what it waited for
 */
export function openSession(host: RemoteHost, reachMs: number): Session {
  // A group of its own: Ctrl-C in our terminal is for us, who still have files to bring home.
  const child = spawn('ssh', sshArguments(host, Math.max(1, Math.floor((reachMs * 0.8) / 1_000))), {
    stdio: ['pipe', 'pipe', 'pipe'],
    detached: true,
  });
  const heard = handover<Heard>();
  let isGone = false;
  const exited = new Promise<void>((gone) => {
    const onGone = (): void => {
      isGone = true;
      gone();
    };
    // Not `exit`: what ssh wrote last may come after it.
    child.once('close', onGone);
    child.once('error', (error) => {
      addStderr(spawnFault(error));
      onGone();
    });
  });
  const session: { -readonly [Key in keyof Session]: Session[Key] } = {
    onSample: async () => undefined,
    overAtMs: null,
    cutBecause: null,
    stderr: '',
    closed: exited,
    send: (command) => void child.stdin.write(`${command}\n`),
    async answer(limitMs) {
      const next = await heard.take(limitMs);
      if (next === 'late') throw new SessionFault(`it said nothing for ${Math.round(limitMs / 100) / 10} s`);
      if (next === 'closed')
        throw new SessionFault(session.cutBecause ?? CONNECTION_ENDED, session.cutBecause === null);
      return next;
    },
    cut(because) {
      session.cutBecause ??= because;
      if (!isGone) killGroup(child);
      heard.close();
    },
  };
  const addStderr = (text: string): void => {
    session.stderr = (session.stderr + text).slice(-STDERR_KEPT);
  };
  child.stdin.on('error', () => undefined);
  child.stdout.on('error', () => undefined);
  child.stderr
    .setEncoding('utf8')
    .on('data', addStderr)
    .on('error', () => undefined);
  session.closed = readLines(child, session, heard.put)
    .catch((error: unknown) => {
      session.cut(error instanceof EndlessLine ? 'it sent a line without an end' : messageOf(error));
    })
    .then(async () => {
      session.overAtMs = monotonicMs();
      heard.end();
      await exited;
    });
  return session;
}

/** A reader that waits holds the host up: what nobody takes is not read, so that nothing piles up here. */
async function readLines(child: ChildProcess, session: Session, put: (heard: Heard) => Promise<void>): Promise<void> {
  const cut = lineCutter(LONGEST_LINE_BYTES);
  let inSamples = false;
  for await (const chunk of child.stdout!) {
    const atMs = monotonicMs();
    for (const line of cut(chunk as Buffer)) {
      const answer = readAnswer(line);
      if (inSamples && answer.kind !== 'samples over') {
        await session.onSample(line);
        continue;
      }
      inSamples = answer.kind === 'samples follow';
      await put({ answer, atMs });
    }
  }
}

function spawnFault(error: unknown): string {
  return systemErrorCode(error) === 'ENOENT'
    ? "ssh is not on PATH: install OpenSSH's client"
    : `ssh cannot be started: ${messageOf(error)}`;
}

/** With it goes what it started itself, such as the ssh of a ProxyJump. */
function killGroup({ pid }: ChildProcess): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // It is gone.
  }
}

import type { ChildProcess } from 'node:child_process';
import { mkdir, open, type FileHandle } from 'node:fs/promises';
import { basename, join, relative } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { monotonicMs } from '../common/clock.js';
import { messageOf } from '../common/errors.js';
import { pathSafe } from '../common/files.js';
import type { MonitorScript } from '../workload/model.js';
import { endedByUs } from './ended-by-us.js';
import { startGuarded } from './guarded-script.js';
import { partsTold } from './parts-told.js';
import { processGroup, type ProcessGroup } from './process-group.js';
import type { WatchOutcome } from './watch.js';

export interface ScriptPlace {
  runDirectory: string;
  /** where it works, relative to the run directory */
  folder: string;
  /** of the test; the script gets whole seconds, rounded up, as its first argument */
  durationS: number;
}

/** A monitor script with whatever it started: all of it is one process group. */
export interface RunningScript {
  /** what is known of it while it runs */
  begun: WatchOutcome;
  /** resolves when the script itself has ended, however that came */
  ended: Promise<unknown>;
  /** Waits until nothing of the group is left, at most so long and not beyond a stop; then ends what is. Never rejects. */
  end(graceMs: number, stop?: AbortSignal): Promise<WatchOutcome>;
}

/** What is told to end has so long to write its last lines before it is killed. */
const LAST_LINES_MS = 2_000;
/** Nothing that we may kill lasts longer than that. */
const KILLED_MS = 1_000;

/**
 * Starts a script as FaaSProfiler does, `bash SCRIPT <seconds>`, in the run's own monitor folder:
 * what it writes or removes by relative paths stays there. What it prints goes to `<script>.log` beside.
 * Never rejects: a monitor that cannot start is reported and harms no run.
 */
export function startScript(
  role: WatchOutcome['role'],
  script: MonitorScript,
  place: ScriptPlace,
  env: Record<string, string> = {},
): Promise<RunningScript> {
  return start({ role, script, args: [], env, lastsUntilEnded: false }, place);
}

export interface Started {
  role: WatchOutcome['role'];
  script: MonitorScript;
  /** after the duration */
  args: readonly string[];
  /** added to our own environment */
  env: Record<string, string>;
  /** being ended is its ordinary end */
  lastsUntilEnded: boolean;
}

/** Starts a script in any of these ways. */
export async function start(
  { role, script: { path, faasRoot }, args, env, lastsUntilEnded }: Started,
  { runDirectory, folder: relativeFolder, durationS }: ScriptPlace,
): Promise<RunningScript> {
  const folder = join(runDirectory, relativeFolder);
  const startedMs = monotonicMs();
  const logPath = join(folder, `${pathSafe(basename(path))}.log`);
  const outcome = (status: WatchOutcome['status'], message: string | null, parts = ''): WatchOutcome => ({
    role,
    script: path,
    status,
    startedMs,
    message: message === null ? null : `${message}${parts}; its output: ${relative(runDirectory, logPath)}`,
  });
  async function started({ fd }: FileHandle) {
    const guarded = startGuarded([path, String(Math.ceil(durationS)), ...args], {
      cwd: folder,
      env: { ...process.env, FAAS_ROOT: faasRoot, FAASLAB_RUN_DIR: runDirectory, ...env },
      log: fd,
    });
    return { guarded, exit: exitOf(guarded.child) };
  }
  try {
    await mkdir(folder, { recursive: true });
    const log = await open(logPath, 'a');
    const { guarded, exit } = await started(log).finally(() => log.close());
    const { child } = guarded;
    const ended = async (graceMs: number, stop?: AbortSignal): Promise<Ending> => {
      const { fault, outlived } = await endGroup(child, exit, lastsUntilEnded ? 0 : graceMs, stop);
      if (lastsUntilEnded)
        return outlived === 'ended' ? ['ok', null] : ['failed', fault ?? 'it ended before the run did'];
      if (outlived !== null)
        return endedByUs({ role, isGone: outlived === 'ended', limitMs: graceMs, isStopped: stop?.aborted === true });
      return fault === null ? ['ok', null] : ['failed', fault];
    };
    return {
      begun: outcome('running', null),
      ended: exit,
      async end(graceMs, stop) {
        const ending = await ended(graceMs, stop);
        guarded.ended();
        return outcome(...ending, ending[1] === null ? '' : await partsTold(logPath));
      },
    };
  } catch (error) {
    const failed = outcome('failed', `it could not be started: ${messageOf(error)}`);
    return { begun: failed, ended: Promise.resolve(), end: async () => failed };
  }
}

type Ending = [WatchOutcome['status'], string | null];

/** How the script itself ended; null = well. */
function exitOf(child: ChildProcess): Promise<string | null> {
  return new Promise((ended) => {
    child.once('error', (error) => ended(`it could not be started: ${messageOf(error)}`));
    child.once('exit', (code, signal) => {
      if (code === 0) ended(null);
      else ended(signal === null ? `it ended with exit code ${code}` : `it was ended by ${signal}`);
    });
  });
}

interface GroupEnd {
  /** null: the script itself ended well */
  fault: string | null;
  /** null: all of it ended by itself */
  outlived: 'ended' | 'remains' | null;
}

async function endGroup(
  child: ChildProcess,
  exit: Promise<string | null>,
  graceMs: number,
  stop?: AbortSignal,
): Promise<GroupEnd> {
  if (child.pid === undefined) return { fault: await exit, outlived: null };
  const group = processGroup(child.pid);
  if (await isGoneWithin(group, graceMs, stop)) return { fault: await exit, outlived: null };
  group.signal('SIGTERM');
  if (!(await isGoneWithin(group, LAST_LINES_MS))) group.signal('SIGKILL');
  const isGone = await isGoneWithin(group, KILLED_MS);
  return { fault: await exit, outlived: isGone ? 'ended' : 'remains' };
}

/** A script may end while what it started in the background goes on: only the group's end counts. */
async function isGoneWithin(group: ProcessGroup, graceMs: number, stop?: AbortSignal): Promise<boolean> {
  for (const until = Date.now() + graceMs; ; await sleep(25)) {
    if (!group.runs()) return true;
    if (Date.now() >= until || stop?.aborted === true) return false;
  }
}

import { type FileHandle, open, readFile, stat } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import type { Manifest } from './manifest.js';
import { isAlive, processStart } from '../common/process-start.js';
import { RUN_FILES } from './run-directory.js';

/** How far a run has come: what the journal cannot say of invocations that are still in flight. */
export interface Heartbeat {
  /** every row of the plan before this one was fired or dropped */
  next_seq: number;
  /** since plan zero */
  time_ms: number;
}

/** Between two beats lies at most so long, unless the invoker was itself held up. */
export const BEAT_EVERY_MS = 250;

/** Rewritten in place, always as many bytes: one write that a reader sees as a whole. */
const BYTES = 80;

/** A heartbeat file that is kept open for the length of a run. */
export interface HeartbeatFile {
  beat(heartbeat: Heartbeat): Promise<void>;
  close(): Promise<void>;
}

export async function openHeartbeat(directory: string): Promise<HeartbeatFile> {
  const file: FileHandle = await open(join(directory, RUN_FILES.heartbeat), 'w');
  return {
    async beat(heartbeat) {
      await file.write(`${JSON.stringify(heartbeat)}`.padEnd(BYTES - 1).concat('\n'), 0);
    },
    close: () => file.close(),
  };
}

/** The last heartbeat of a run, or null where none can be read. */
export async function readHeartbeat(directory: string): Promise<Heartbeat | null> {
  try {
    const { next_seq, time_ms } = JSON.parse(
      await readFile(join(directory, RUN_FILES.heartbeat), 'utf8'),
    ) as Partial<Heartbeat>;
    return typeof next_seq === 'number' && typeof time_ms === 'number' ? { next_seq, time_ms } : null;
  } catch {
    return null;
  }
}

/** A run beats to its end; after a minute of silence even a living pid may be another process that took the number. */
const SILENCE_MS = 60_000;

/**
 * Whether a run that says `running` is one that nobody runs any more. On its own machine its process decides, however
 * long it is held up; elsewhere, and where the start of a process cannot be known, its silence.
 */
export async function isAbandoned(directory: string, manifest: Manifest): Promise<boolean> {
  if (manifest.status !== 'running') return false;
  if (manifest.host.hostname === hostname()) {
    if (!isAlive(manifest.pid)) return true;
    const started = manifest.pid_start_ticks ?? null;
    if (started !== null && process.platform === 'linux') return (await processStart(manifest.pid)) !== started;
  }
  const beat = await stat(join(directory, RUN_FILES.heartbeat)).catch(() => stat(join(directory, RUN_FILES.manifest)));
  return Date.now() - beat.mtimeMs > SILENCE_MS;
}

import { statSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { startRecording } from '../../invoker/recording.js';
import { readHeartbeat } from '../../records/heartbeat.js';
import { emptyFolder } from '../support/programs.js';

test('a run beats until it is closed, also when the firing thread has nothing more to say', async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  try {
    const directory = emptyFolder();
    const faults: Error[] = [];
    const recording = await startRecording({
      directory,
      instances: [],
      keepsResponses: false,
      onFault: (fault) => void faults.push(fault),
    });
    const heartbeat = join(directory, 'heartbeat');
    recording.onState({ nextSeq: 7, inFlight: 0, elapsedMs: 1_000 });
    await expect.poll(() => readHeartbeat(directory)).toEqual({ next_seq: 7, time_ms: 1_000 });
    utimesSync(heartbeat, 0, 0);
    vi.advanceTimersByTime(30_000);
    await expect.poll(() => statSync(heartbeat).mtimeMs).toBeGreaterThan(0);
    await recording.closeJournals();
    await recording.close();
    vi.advanceTimersByTime(30_000);
    expect([faults, recording.fault]).toEqual([[], null]);
  } finally {
    vi.useRealTimers();
  }
});

test('a heartbeat that cannot be written ends the run, and its records are not called whole', async () => {
  const directory = emptyFolder();
  const faults: Error[] = [];
  const onFault = (fault: Error): void => void faults.push(fault);
  const recording = await startRecording({ directory, instances: [], keepsResponses: false, onFault });
  // A closed file is one that takes no more.
  await recording.close();
  recording.onState({ nextSeq: 1, inFlight: 0, elapsedMs: 1 });
  await expect.poll(() => faults.length).toBe(1);
  recording.onState({ nextSeq: 2, inFlight: 0, elapsedMs: 2 });
  await expect(recording.closeJournals()).rejects.toThrow(/heartbeat cannot be written: /);
  expect(faults).toHaveLength(1);
});

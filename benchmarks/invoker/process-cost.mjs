import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';

const SAMPLE_EVERY_MS = 50;
const TICKS_PER_S = 100;
const PAGE_BYTES = 4_096;

/**
 * Runs a command to its end and tells what it cost: CPU seconds of all its threads, and its resident memory over time, from
 * /proc while it runs (the last 50 ms are not seen).
 * @param {string} input what it reads from stdin
 */
export async function costOf(command, args, { input = '', env = {} } = {}) {
  const began = performance.now();
  const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'pipe'], env: { ...process.env, ...env } });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (bytes) => (stdout += stdout.length < 1e6 ? bytes : ''));
  child.stderr.on('data', (bytes) => (stderr += stderr.length < 1e5 ? bytes : ''));
  child.stdin.on('error', () => undefined).end(input);
  const samples = [];
  const sampling = setInterval(() => {
    const sample = sampleOf(child.pid);
    if (sample !== null) samples.push({ atMs: performance.now() - began, ...sample });
  }, SAMPLE_EVERY_MS);
  const [code] = await once(child, 'close');
  clearInterval(sampling);
  const rssAt = (ms) => samples.findLast(({ atMs }) => atMs <= ms)?.rssBytes ?? null;
  return {
    code,
    stdout,
    stderr,
    cpuS: samples.at(-1)?.cpuS ?? null,
    peakRssBytes: Math.max(0, ...samples.map(({ rssBytes }) => rssBytes)),
    rssAt,
    elapsedMs: performance.now() - began,
  };
}

function sampleOf(pid) {
  try {
    // Behind the name in parentheses: state is field 3, utime 14, stime 15, rss 24 (proc_pid_stat(5)).
    const fields = readFileSync(`/proc/${pid}/stat`, 'latin1').split(') ')[1].split(' ');
    return { cpuS: (Number(fields[11]) + Number(fields[12])) / TICKS_PER_S, rssBytes: Number(fields[21]) * PAGE_BYTES };
  } catch {
    return null;
  }
}

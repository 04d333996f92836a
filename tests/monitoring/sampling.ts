import { type ChildProcessWithoutNullStreams, spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, onTestFinished } from 'vitest';
import { packageRoot } from '../../common/package-root.js';
import { sampler } from '../../monitoring/parsers/sampler.js';
import { emptyFolder } from '../support/programs.js';
import { readText, rowsOf } from './parsers/read-monitor.js';

export const SAMPLER = join(packageRoot, 'monitoring', 'Sampler.sh');

/** One line of it, as far as tests look at it. */
export interface Sampled {
  epoch_us: number;
  uptime_s: number;
  net: string[];
  disks: string[];
  groups?: { group: string; epoch_us: number; 'cpu.stat': string }[];
  workers: { function: string; pid: number; starttime: number; utime: number; stime: number }[];
}

export function samplerEnv(added: Record<string, string> = {}): Record<string, string> {
  return { PATH: process.env['PATH']!, ...added };
}

/** Runs it to its end in an empty folder. */
export function sampled(args: string[], added: Record<string, string> = {}) {
  const cwd = emptyFolder();
  const options = { cwd, encoding: 'utf8', env: samplerEnv(added) } as const;
  const { status, stdout, stderr } = spawnSync('bash', [SAMPLER, ...args], options);
  const path = join(cwd, 'sampler.ndjson');
  return { status, stdout, stderr, cwd, text: existsSync(path) ? readFileSync(path, 'utf8') : '' };
}

/** One that samples while a test looks at what it has written so far. */
export function sampling(intervalMs: number, added: Record<string, string> = {}) {
  const child: ChildProcessWithoutNullStreams = spawn('bash', [SAMPLER, '600', String(intervalMs), '-'], {
    env: samplerEnv(added),
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  let text = '';
  child.stdout.on('data', (piece: Buffer) => (text += piece.toString()));
  return { child, text: () => text, samples: () => samplesIn(text) };
}

/** Its head and its first sample; it says nothing else. */
export async function firstSample(added: Record<string, string>) {
  const { child, text, samples } = sampling(100, added);
  let errors = '';
  child.stderr.on('data', (piece: Buffer) => (errors += piece.toString()));
  await expect.poll(() => samples().length + errors.length, { timeout: 20_000 }).toBeGreaterThan(0);
  expect(errors).toBe('');
  const head = JSON.parse(text().split('\n')[0]!) as { cgroup_note: string };
  return { head, sample: samples()[0]! };
}

/** Whole lines but the head. */
export function samplesIn(text: string): Sampled[] {
  const lines = text.slice(0, text.lastIndexOf('\n') + 1).split('\n');
  return lines.slice(1, -1).map((line) => JSON.parse(line) as Sampled);
}

export async function tableOf(text: string, table: string): Promise<Record<string, unknown>[]> {
  return rowsOf(await readText(sampler, text), table).map(([time, values]) => ({ time, ...values }));
}

/** A tree of files in an empty folder; what ends with `/` is a folder. */
export function tree(files: Record<string, string>): string {
  const root = emptyFolder();
  for (const [path, text] of Object.entries(files)) put(root, path, text);
  return root;
}

export function put(root: string, path: string, text: string): void {
  const whole = join(root, path);
  mkdirSync(path.endsWith('/') ? whole : dirname(whole), { recursive: true });
  if (!path.endsWith('/')) writeFileSync(whole, text);
}

/** A control group as the kernel shows it (Documentation/admin-guide/cgroup-v2.rst). */
export function putGroup(root: string, group: string): void {
  put(root, `${group}/cpu.stat`, 'usage_usec 5000000\nuser_usec 3000000\nsystem_usec 2000000\n');
  put(root, `${group}/memory.current`, '1048576\n');
  put(root, `${group}/io.stat`, '');
  for (const of of ['cpu', 'memory', 'io'])
    put(root, `${group}/${of}.pressure`, 'some avg10=0.00 avg60=0.00 avg300=0.00 total=7\n');
}

export function groupTree(groups: readonly string[]): string {
  const root = tree({ 'cgroup.controllers': 'cpuset cpu io memory pids\n' });
  countGroups(root, groups.length);
  for (const group of groups) putGroup(root, group);
  return root;
}

export function countGroups(root: string, count: number): void {
  put(root, 'cgroup.stat', `nr_descendants ${count}\nnr_dying_descendants 0\n`);
}

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { emptyFolder } from '../support/programs.js';
import { sampled, samplesIn, sampling, tableOf } from './sampling.js';

/** Read by bash before the script. */
function before(text: string): { file: string; folder: string } {
  const folder = emptyFolder();
  const file = join(folder, 'before.sh');
  writeFileSync(file, text.replaceAll('FOLDER', folder));
  return { file, folder };
}

test('a bash that is older than EPOCHREALTIME stamps by hundredths of a second, and says so', async () => {
  // Unset, the variable means nothing to bash any more: as before 5.0.
  const { file } = before('unset EPOCHREALTIME\n');
  const beganMs = Date.now();
  const { status, stderr, text } = sampled(['1', '200'], { BASH_ENV: file });
  const endedMs = Date.now();
  expect([status, stderr]).toEqual([0, '']);
  expect(JSON.parse(text.split('\n')[0]!)).toMatchObject({ faaslab_sampler: 1, clock: 'uptime' });
  const times = (await tableOf(text, 'sampler')).map(({ time }) => time as number);
  expect(times.length).toBeGreaterThan(1);
  // The uptime is cut to hundredths.
  expect(times[0]).toBeGreaterThanOrEqual(beganMs - 10);
  expect(times.at(-1)).toBeLessThanOrEqual(endedMs + 10);
});

/** `EPOCHREALTIME` as a plain variable, kept up by a trap before each command, and set back by an hour once a file is there. */
const SETTABLE = `unset EPOCHREALTIME
EPOCHREALTIME=2000000000.000000
set -T
trap 'read -r __up _ </proc/uptime; __s=0; [ -e FOLDER/set-back ] && __s=3600; EPOCHREALTIME=$((2000000000 + \${__up%.*} - __s)).\${__up#*.}0000' DEBUG
`;

test('a clock that is set back by an hour neither stops the samples nor crowds them', async () => {
  const { file, folder } = before(SETTABLE);
  const { samples, text } = sampling(200, { BASH_ENV: file });
  await expect.poll(() => samples().length, { timeout: 20_000 }).toBeGreaterThan(3);
  writeFileSync(join(folder, 'set-back'), '');
  const isBack = (): number[] => {
    const times = samples().map(({ epoch_us: us }) => us);
    return times.slice(times.findIndex((us, i) => i > 0 && us < times[i - 1]!));
  };
  await expect
    .poll(() => isBack().length < samples().length && isBack().length, { timeout: 20_000 })
    .toBeGreaterThan(4);
  // From then on a grid again, of which one that comes late may lie near the next: at most one a place.
  const after = isBack();
  expect(after.length - 2).toBeLessThanOrEqual((after.at(-1)! - after[0]!) / 200_000);
  // The uptime tells how long each interval really was.
  const rows = await tableOf(text(), 'sampler');
  for (const row of rows.slice(1)) expect(row['context_switches_per_s']).toBeGreaterThan(0);
});

test('the start file holds the nanoseconds at which it began, before its first sample, and its interval', async () => {
  const { text, cwd } = sampled(['1', '500']);
  const [ns, interval] = readFileSync(join(cwd, 'sampler.start'), 'utf8').trimEnd().split('\n');
  expect(interval).toBe('interval_ms=500');
  expect(Number(ns) / 1_000).toBeLessThanOrEqual(samplesIn(text)[0]!.epoch_us);
});

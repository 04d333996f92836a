import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { beforeAll, expect, test } from 'vitest';
import { compiledModule } from '../../common/package-root.js';
import type { ArrivalSpec } from '../../workload/model.js';
import { sourceOf } from './samples.js';

const instances: Record<string, ArrivalSpec> = {
  poisson: { process: 'Poisson', ratePerS: 900 },
  uniform: { process: 'Uniform', ratePerS: 900 },
  gamma: { process: 'Gamma', ratePerS: 200, cv: 2 },
};

interface Dry {
  planned: number;
  maxRssMb: number;
}

/** Summarises a plan in a process of its own; the compiled module, as `--dry-run` does. */
async function dryRun(durationS: number): Promise<Dry> {
  const program = `
    import { planOf, summarizePlan } from ${JSON.stringify(compiledModule('workload/plan.js').href)};
    const source = JSON.parse(process.argv[1]);
    const { planned } = summarizePlan(planOf(source), source);
    process.stdout.write(JSON.stringify({ planned, maxRssMb: process.resourceUsage().maxRSS / 1024 }));`;
  const source = JSON.stringify(sourceOf(durationS, instances));
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', program, source]);
  return JSON.parse(stdout) as Dry;
}

let short: Dry;
let long: Dry;
beforeAll(async () => {
  short = await dryRun(250);
  long = await dryRun(2500);
});

test('a plan ten times as long needs no more memory', () => {
  // 0.5 and 5 million rows. Held anywhere, 4.5 million more numbers would be 36 MB at 8 bytes each.
  expect(short.planned).toBeGreaterThan(490_000);
  expect(long.planned / short.planned).toBeCloseTo(10, 1);
  expect(long.maxRssMb - short.maxRssMb).toBeLessThan(15);
});

test('a dry run of millions of rows stays under 150 MB', () => {
  expect(long.maxRssMb).toBeLessThan(150);
});

import { existsSync, readFileSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Manifest } from '../../records/manifest.js';
import { emptyFolder, runProgram } from '../support/programs.js';

/** Keys of the platform that the demo started stand in its environment only; here they are looked for by their shape. */
const OPENWHISK_KEY = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}:[A-Za-z0-9]{32,}/;

test(
  'the demo runs, explains, archives and compares in an empty folder with an empty HOME',
  { timeout: 120_000 },
  () => {
    const folder = emptyFolder();
    const { status, stdout, stderr } = runProgram('faaslab', ['demo'], { cwd: folder });
    expect({ status, stderr: status === 0 ? '' : stderr }).toEqual({ status: 0, stderr: '' });

    const runs = readdirSync(join(folder, 'runs')).filter((name) => name !== 'latest');
    expect(runs).toHaveLength(2);
    for (const run of runs) {
      const manifest = JSON.parse(readFileSync(join(folder, 'runs', run, 'manifest.json'), 'utf8')) as Manifest;
      const { planned, ok, failed, dropped, lost, unreached } = manifest.ledger;
      expect(planned).toBeGreaterThan(100);
      expect(ok + failed + dropped + lost).toBe(planned);
      expect([failed, dropped, lost, unreached]).toEqual([0, 0, 0, 0]);
      expect(manifest.activations).toEqual({ source: 'couchdb', complete: true, missing: 0 });
    }

    const first = join(folder, 'runs', runs.toSorted()[0]!);
    expect(statSync(join(first, 'report.html')).size).toBeGreaterThan(10_000);
    const pictures = readdirSync(join(first, 'plots'));
    for (const ending of ['.svg', '.png'])
      expect(pictures.filter((name) => name.endsWith(ending)).length).toBeGreaterThan(3);
    expect(readdirSync(join(folder, 'data_archive'))).toHaveLength(2);
    expect(readdirSync(join(folder, 'comparisons'))).toHaveLength(1);

    // What was printed: where things lie, and a row for each function.
    for (const place of ['report.html', 'plots/', 'data_archive/', 'comparisons/']) expect(stdout).toContain(place);
    for (const name of ['hello', 'sleep', 'cpu', 'faas_measure'])
      expect(stdout).toMatch(new RegExp(`^${name} +\\d`, 'm'));
    // A sentence for each function; which one it is depends on how quiet the machine was.
    for (const name of ['hello', 'sleep', 'cpu', 'faas_measure']) {
      expect(stdout).toMatch(new RegExp(`^${name}: (response|cannot tell|no difference found)`, 'm'));
    }

    for (const file of filesBelow(folder))
      expect([file, OPENWHISK_KEY.test(readFileSync(file, 'latin1'))]).toEqual([file, false]);
    expect(OPENWHISK_KEY.test(stdout + stderr)).toBe(false);
  },
);

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && existsSync(join(entry.parentPath, entry.name)))
    .map((entry) => join(entry.parentPath, entry.name));
}

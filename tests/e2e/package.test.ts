import { execFileSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { packageRoot } from '../../common/package-root.js';
import type { Manifest } from '../../records/manifest.js';
import { emptyFolder, runProgram } from '../support/programs.js';

test(
  'the packed tarball, installed globally elsewhere, runs a workload in an empty folder',
  { timeout: 240_000 },
  () => {
    const folder = emptyFolder();
    const work = join(folder, 'work');
    mkdirSync(work);
    // npm reaches the registry as it does for this user (proxy, certificates, cache); only where it installs is ours.
    const settings = Object.entries(process.env).filter(([name]) => !name.toLowerCase().startsWith('npm_'));
    const env = { ...Object.fromEntries(settings), npm_config_prefix: join(folder, 'global') };
    const npm = (args: string[], cwd: string) =>
      execFileSync('npm', args, { cwd, env, stdio: 'pipe', timeout: 200_000 });
    // What was built before the tests is packed as it is.
    npm(['pack', '--ignore-scripts', '--pack-destination', folder], packageRoot);
    const tarball = readdirSync(folder).find((name) => name.endsWith('.tgz'))!;
    npm(['install', '-g', '--no-audit', '--no-fund', '--prefer-offline', join(folder, tarball)], work);

    const bin = join(folder, 'global', 'bin');
    expect(readdirSync(bin).toSorted()).toEqual([
      'ComparativeAnalyzer',
      'WorkloadAnalyzer',
      'WorkloadInvoker',
      'faaslab',
    ]);
    // Without it a killed platform would leave its instances running.
    const installed = join(folder, 'global', 'lib', 'node_modules', 'faaslab');
    expect(existsSync(join(installed, 'common', 'guard.sh'))).toBe(true);
    expect(existsSync(join(installed, 'docs', 'analysis.schema.json'))).toBe(true);
    expect(existsSync(join(installed, 'monitoring', 'remote', 'agent.sh'))).toBe(true);
    copyFileSync(join(packageRoot, 'tests', 'fixtures', 'configs', 'two-seconds.json'), join(work, 'two-seconds.json'));
    const invoked = runProgram('WorkloadInvoker', ['-c', 'two-seconds.json', '--embedded'], { cwd: work, from: bin });
    expect([0, 3]).toContain(invoked.status);
    const manifest = JSON.parse(readFileSync(join(work, 'runs', 'latest', 'manifest.json'), 'utf8')) as Manifest;
    // Uniform at 10/s for 2 s: 20 rows, whatever the phase.
    expect(manifest.ledger).toEqual({ planned: 20, ok: 20, failed: 0, dropped: 0, lost: 0, unreached: 0 });
    const analyzed = runProgram('WorkloadAnalyzer', ['-p', '--report'], { cwd: work, from: bin });
    expect([0, 3]).toContain(analyzed.status);
    expect(readdirSync(join(work, 'runs', 'latest'))).toContain('report.html');
  },
);

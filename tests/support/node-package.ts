import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * A package from npm's registry, in a folder of its own outside the tree, which is kept for the next time. Undefined where
 * there is no registry; in CI that is an error.
 */
export function nodePackage(name: string, version: string): unknown {
  const folder = join(tmpdir(), `faaslab-peer-${name}-${version}`);
  const entry = join(folder, 'node_modules', name, 'package.json');
  if (!existsSync(entry)) {
    const args = ['install', '--prefix', folder, '--no-audit', '--no-fund', `${name}@${version}`];
    const { status, stderr } = spawnSync('npm', args, { encoding: 'utf8', cwd: tmpdir() });
    if (status !== 0) {
      if (process.env['CI'] !== undefined) throw new Error(`${name}@${version} cannot be installed: ${stderr}`);
      return undefined;
    }
  }
  return createRequire(entry)(name) as unknown;
}

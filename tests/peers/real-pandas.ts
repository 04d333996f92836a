import { execFileSync, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { packageRoot } from '../../common/package-root.js';
import { optionalTool } from '../support/tools.js';

/**
 * A Python with pandas, installed once for a user and kept in his cache. Undefined on a machine without Python or without a
 * package index: then its tests are left out; in CI that is an error.
 */
export function pandasPython(): string | undefined {
  if (optionalTool('python3') === undefined) return undefined;
  const script = join(packageRoot, 'benchmarks', 'analyzer', 'install-pandas.sh');
  const { status, stdout, stderr } = spawnSync('bash', [script], { encoding: 'utf8' });
  if (status === 0) return stdout.trim();
  if (process.env['CI'] !== undefined) throw new Error(`pandas cannot be installed: ${stderr}`);
  return undefined;
}

/** What a script of `tests/peers/pandas/` prints, as JSON. */
export function askPandas<Answer>(python: string, script: string, args: string[]): Answer {
  const path = join(packageRoot, 'tests', 'peers', 'pandas', script);
  // -B: no byte code of it beside the sources
  return JSON.parse(execFileSync(python, ['-B', path, ...args], { encoding: 'utf8', maxBuffer: 2 ** 28 })) as Answer;
}

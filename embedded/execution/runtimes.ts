import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { packageRoot } from '../../common/package-root.js';
import type { RuntimeName } from '../functions.js';

/** A program that hosts functions. */
export interface Runtime {
  program: string;
  args: readonly string[];
  /** the version that stands in a kind: `20`, `3.11` */
  version: string;
  /** the name of a function's single source file */
  sourceFile: string;
}

/** What this machine can execute. */
export type Runtimes = Partial<Record<RuntimeName, Runtime>>;

const folder = join(packageRoot, 'embedded', 'execution', 'runtimes');

/** Looks for the runtimes once. python3 is asked for its real path, since a version manager's shim would slow every start. */
export async function findRuntimes(): Promise<Runtimes> {
  const node: Runtime = {
    program: process.execPath,
    args: [join(folder, 'node.cjs')],
    version: process.versions.node.split('.')[0]!,
    sourceFile: 'index.js',
  };
  const question = 'import sys; print(sys.executable); print("%d.%d" % sys.version_info[:2])';
  try {
    const { stdout } = await promisify(execFile)('python3', ['-c', question], { timeout: 20_000 });
    const [program, version] = stdout.trim().split('\n');
    if (!program || !version) return { node };
    const args = [join(folder, 'python3.py')];
    return { node, python3: { program, args, version, sourceFile: 'main.py' } };
  } catch {
    // a machine without Python: its kinds are not offered
    return { node };
  }
}

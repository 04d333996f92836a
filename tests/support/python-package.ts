import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { optionalTool } from './tools.js';

/**
 * Path of a program that a Python package brings, in a virtual environment of its own outside the tree, which is kept for the
 * next time. Undefined on a machine without Python or without a package index; in CI that is an error.
 */
export function pythonProgram(name: string, requirement: string): string | undefined {
  const python = optionalTool('python3');
  if (python === undefined) return undefined;
  const folder = join(tmpdir(), `faaslab-peer-${requirement.replaceAll(/[^\w.]+/g, '-')}`);
  const program = join(folder, 'bin', name);
  const steps: [string, string[]][] = [
    [python, ['-m', 'venv', folder]],
    [join(folder, 'bin', 'pip'), ['install', '--quiet', '--disable-pip-version-check', requirement]],
  ];
  for (const [command, args] of existsSync(program) ? [] : steps) {
    const { status, stderr } = spawnSync(command, args, { encoding: 'utf8' });
    if (status === 0) continue;
    if (process.env['CI'] !== undefined) throw new Error(`${requirement} cannot be installed: ${stderr}`);
    return undefined;
  }
  return program;
}

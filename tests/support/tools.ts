import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

/**
 * Path of a program that some tests need and a bare machine may lack. There its tests are left out, and the closing line
 * counts them as skipped. In CI, which installs all of them, its absence is an error.
 */
export function optionalTool(name: string): string | undefined {
  // Those for administrators are not on everybody's PATH.
  for (const folder of [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin', '/sbin']) {
    const path = join(folder, name);
    try {
      accessSync(path, constants.X_OK);
      return path;
    } catch {
      // not in this folder
    }
  }
  if (process.env['CI'] !== undefined) throw new Error(`${name} is not on PATH; .ci/run installs it`);
  return undefined;
}

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../../common/package-root.js';

/** The folder with the executable that stands in for `wsk`; what it does stands at its top. */
export const FAKE_WSK_FOLDER = join(packageRoot, 'tests', 'fixtures', 'wsk');

/** What every call of the stand-in left behind, in no particular order. */
export function callsOf(folder: string): { args: string[]; env: string[]; parameters: string | null }[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.args'))
    .map((name) => {
      const pid = name.replace('.args', '');
      const names = readdirSync(folder);
      const text = (kind: string): string => readFileSync(join(folder, `${pid}.${kind}`), 'utf8');
      return {
        args: text('args').trimEnd().split('\n'),
        env: text('env').trimEnd().split('\n'),
        parameters: names.includes(`${pid}.parameters`) ? text('parameters') : null,
      };
    });
}

/** `start …` and `end …` of its calls, in order. */
export function logOf(folder: string): string[] {
  return readdirSync(folder).includes('log') ? readFileSync(join(folder, 'log'), 'utf8').trimEnd().split('\n') : [];
}

/** Whether a process is there, be it only to be waited for. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

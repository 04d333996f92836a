import { shown } from '../common/shown.js';

const LONGEST_NAME_BYTES = 100;

/** What is wrong with a name that is to become a folder's, in a phrase; null where nothing is. */
export function pathNameFault(name: string): string | null {
  const bytes = Buffer.byteLength(name);
  if (bytes > LONGEST_NAME_BYTES) return `must have at most ${LONGEST_NAME_BYTES} bytes, got ${bytes}`;
  if (/[/\\\0]/.test(name) || name.startsWith('.'))
    return `must hold no slash, backslash or NUL and must not begin with a dot (any other character may stand in it), got ${shown(name)}`;
  return null;
}

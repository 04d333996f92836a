import { plainText } from './plain-text.js';
import { hideSecrets } from './secrets.js';

/**
 * A value of somebody's file in an error, short enough for one line. Of what may hold a password nothing is repeated: of an
 * object, and of a list that holds any text or list, only that it is one; of a text not what looks like a secret (secrets.ts).
 */
export function shown(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (Array.isArray(value)) return value.every(isPlain) ? short(`[${value.map(String).join(',')}]`) : 'a list';
  if (typeof value === 'object' && value !== null) return 'an object';
  // Numbers too large for JSON.parse became Infinity, which JSON.stringify would call null.
  const whole = typeof value === 'number' ? String(value) : JSON.stringify(value);
  return short(plainText(hideSecrets(whole)));
}

function isPlain(value: unknown): boolean {
  return typeof value === 'number' || typeof value === 'boolean' || value === null;
}

const WIDTH = 60;

function short(text: string): string {
  return text.length <= WIDTH ? text : `${text.slice(0, WIDTH - 3)}…`;
}

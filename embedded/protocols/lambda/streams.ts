import { createHash, randomBytes } from 'node:crypto';
import { LATEST } from './names.js';

/** As many names are remembered; an instance that is older than so many others would show another date, were its day over. */
const REMEMBERED = 10_000;

/** Names of log streams, one an instance: `2026/11/25/[$LATEST]` and 32 hexadecimal digits. */
export function createStreamNames(): (instance: number) => string {
  const seed = randomBytes(16).toString('hex');
  const names = new Map<number, string>();
  return (instance) => {
    const known = names.get(instance);
    if (known !== undefined) return known;
    const digits = createHash('sha256').update(`${seed} ${instance}`).digest('hex').slice(0, 32);
    const name = `${new Date().toISOString().slice(0, 10).replaceAll('-', '/')}/[${LATEST}]${digits}`;
    names.set(instance, name);
    if (names.size > REMEMBERED) names.delete(names.keys().next().value!);
    return name;
  };
}

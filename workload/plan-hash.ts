import { createHash } from 'node:crypto';
import { writeInteger } from '../common/decimal.js';
import type { PlanRow } from './model.js';

const BATCH_BYTES = 1 << 18;
const DIGITS_OF_LARGEST_INTEGER = 16;

/**
 * SHA-256 over the lines `seq,instance,planned_us\n` of a plan, UTF-8, the instance's name as it is.
 * Lines are written as bytes into one batch that is hashed when full: a plan may have a hundred million of them.
 */
export function planHash(instanceNames: readonly string[]): { add(row: PlanRow): void; hex(): string } {
  const middles = instanceNames.map((name) => Buffer.from(`,${name},`, 'utf8'));
  const longestLine = Math.max(0, ...middles.map(({ length }) => length)) + 2 * DIGITS_OF_LARGEST_INTEGER + 1;
  const batch = Buffer.allocUnsafe(Math.max(BATCH_BYTES, longestLine));
  const hash = createHash('sha256');
  let used = 0;
  return {
    add({ seq, instance, plannedUs }) {
      if (used + longestLine > batch.length) {
        hash.update(batch.subarray(0, used));
        used = 0;
      }
      used = writeInteger(batch, used, seq);
      const middle = middles[instance]!;
      batch.set(middle, used);
      used = writeInteger(batch, used + middle.length, plannedUs);
      batch[used++] = 0x0a;
    },
    hex: () => hash.update(batch.subarray(0, used)).digest('hex'),
  };
}

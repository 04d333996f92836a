import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { RowChunk } from '../../../invoker/firing/messages.js';
import { rowQueue } from '../../../invoker/firing/row-queue.js';
import { emptyFlight } from '../../../platforms/platform.js';

function chunkOf(firstSeq: number, us: number[], last: boolean): RowChunk {
  return {
    firstSeq,
    plannedUs: Float64Array.from(us),
    instance: Uint32Array.from(us.keys()),
    input: new Float64Array(us.length),
    last,
  };
}

test('rows come one at a time across chunks of any size, and every chunk that is used up makes room once', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(5), { minLength: 1, maxLength: 8 }), (sizes) => {
      let rooms = 0;
      const queue = rowQueue(() => (rooms += 1));
      const taken: number[] = [];
      const row = emptyFlight();
      let seq = 0;
      for (const [i, size] of sizes.entries()) {
        expect(queue.ended).toBe(false);
        queue.add(
          chunkOf(
            seq,
            Array.from({ length: size }, (_, k) => seq + k),
            i === sizes.length - 1,
          ),
        );
        seq += size;
        while (queue.peekUs() !== null) {
          queue.take(row);
          // Planned at as many microseconds as its number.
          expect(row.plannedMs).toBe(row.seq / 1_000);
          taken.push(row.seq);
        }
      }
      expect(taken).toEqual([...Array(seq).keys()]);
      expect(rooms).toBe(sizes.length);
      expect(queue.ended).toBe(true);
      expect(queue.nextSeq).toBe(seq);
    }),
  );
});

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { arrivalError, constantPlan } from '../../benchmarks/invoker/arrival-error.mjs';
import { requestReader } from '../../benchmarks/invoker/request-reader.mjs';

test('a constant delay is no error, whatever it is', () => {
  const planned = constantPlan(100, 2);
  expect(planned).toHaveLength(200);
  const late = planned.map((ms) => ms + 123_456.5);
  expect(arrivalError(late, planned)).toMatchObject({ arrived: 200, planned: 200, p50: 0, p99: 0, max: 0 });
});

test('what varies is: jitter of ±1 ms around it, and one request in fifty that is 20 ms late', () => {
  const planned = constantPlan(1_000, 1);
  const jittered = planned.map((ms, i) => ms + (i % 2 === 0 ? 1 : -1) + 5);
  const { p50, p99 } = arrivalError(jittered, planned)!;
  // Half lie 1 ms above the plan and half 1 ms below; the median of the offsets is between them or at one of them.
  expect(p50).toBeLessThanOrEqual(2);
  expect(p99).toBeLessThanOrEqual(2);
  // Late by less than a gap of 50 ms, so that order and place in the plan stay.
  const sparse = constantPlan(20, 50);
  const some = sparse.map((ms, i) => ms + (i % 50 === 0 ? 20 : 0));
  expect(arrivalError(some, sparse)).toMatchObject({ p50: 0, max: 20 });
  expect(arrivalError(some, sparse)!.p99).toBe(20);
});

test('a rate of 0.97 of the planned one is an error that grows to 3 % of the time', () => {
  const planned = constantPlan(100, 100);
  const slow = planned.map((ms) => ms / 0.97);
  // Offsets from 0 to 3,093 ms evenly: half of that at both ends of the median.
  expect(arrivalError(slow, planned)!.max).toBeCloseTo(0.5 * (100_000 / 0.97 - 100_000), -2);
});

test('arrivals count in order of time, and none is none', () => {
  const planned = constantPlan(10, 1);
  expect(arrivalError(planned.toReversed(), planned)).toMatchObject({ max: 0 });
  expect(arrivalError(new Float64Array(0), planned)).toBeNull();
  expect(arrivalError(planned.subarray(0, 5), planned)).toMatchObject({ arrived: 5, planned: 10 });
});

test('requests are counted at the end of their heads, whatever pieces they come in', () => {
  const bodies = fc.array(fc.string({ maxLength: 30 }), { maxLength: 6 });
  fc.assert(
    fc.property(bodies, fc.array(fc.nat(40)), (texts, cuts) => {
      const bytes = Buffer.concat(
        texts.map((text) => {
          const body = Buffer.from(text);
          const head = `POST / HTTP/1.1\r\nhost: a\r\nContent-Length: ${body.length}\r\n\r\n`;
          return Buffer.concat([Buffer.from(head), body]);
        }),
      );
      let requests = 0;
      const read = requestReader(() => (requests += 1));
      let at = 0;
      for (const cut of [...cuts, bytes.length]) {
        read(bytes.subarray(at, at + cut));
        at += cut;
      }
      expect(requests).toBe(texts.length);
    }),
  );
});

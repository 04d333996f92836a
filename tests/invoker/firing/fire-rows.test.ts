import { expect, test } from 'vitest';
import { monotonicMs } from '../../../common/clock.js';
import { fireRows } from '../../../invoker/firing/fire-rows.js';
import type { Order, Report } from '../../../invoker/firing/messages.js';
import { NUMBERS_PER_RECORD, OUTCOME_AT, OUTCOMES } from '../../../invoker/firing/record-batch.js';
import { rehearseFiring } from '../../../invoker/firing/rehearsal.js';
import { openPort } from '../../../platforms/http/port.js';
import type { Flight, InvocationPort, Landed } from '../../../platforms/platform.js';

/** A port whose invocations end when the test says so. */
function heldPort() {
  const held: { flight: Flight; landed: Landed }[] = [];
  const port: InvocationPort = {
    warm: async () => undefined,
    send: (flight, landed) => void held.push({ flight, landed }),
    close: async () => undefined,
  };
  return {
    port,
    held,
    landAll() {
      for (const { flight, landed } of held.splice(0)) {
        flight.endMs = monotonicMs();
        landed(flight);
      }
    },
  };
}

function firing(port: InvocationPort, maxInFlight: number) {
  const reports: Report[] = [];
  let over: () => void;
  const ended = new Promise<void>((resolve) => (over = resolve));
  const order = fireRows(
    port,
    maxInFlight,
    (report) => void reports.push(report),
    () => over(),
  );
  return { order, ended, outcomes: () => reports.flatMap(outcomesIn), reports };
}

function outcomesIn(report: Report): string[] {
  if (report.type !== 'records' || report.batch === null) return [];
  const { count, numbers, errors } = report.batch;
  return Array.from({ length: count }, (_, i) => {
    const at = i * NUMBERS_PER_RECORD;
    return [numbers[at], OUTCOMES[numbers[at + OUTCOME_AT]!], errors.get(i)].filter((x) => x !== undefined).join(' ');
  });
}

function rowsAt(timesMs: number[]): Order {
  const plannedUs = Float64Array.from(timesMs, (ms) => ms * 1_000);
  const { length } = timesMs;
  const chunk = {
    firstSeq: 0,
    plannedUs,
    instance: new Uint32Array(length),
    input: new Float64Array(length),
    last: true,
  };
  return { type: 'rows', chunk };
}

test('what was due when the order to stop came is fired; what was not is left, and counted by its number', async () => {
  const { port, held, landAll } = heldPort();
  const { order, ended, outcomes, reports } = firing(port, 10);
  order(rowsAt([0, 0, 0, 3_600_000]));
  // Plan zero is past, so three rows are due; the turn that would fire them has not come yet.
  const zeroMs = monotonicMs() - 1;
  order({ type: 'stop', graceMs: 3_600_000 });
  order({ type: 'start', zeroMs });
  expect(held).toHaveLength(0);
  await ended;
  expect(outcomes()).toEqual([]);

  const again = firing(port, 10);
  again.order(rowsAt([0, 0, 3_600_000]));
  again.order({ type: 'start', zeroMs: monotonicMs() + 1 });
  for (const until = monotonicMs() + 2; monotonicMs() < until;);
  again.order({ type: 'stop', graceMs: 3_600_000 });
  expect(held).toHaveLength(2);
  landAll();
  await again.ended;
  expect(again.outcomes()).toEqual(['0 ok', '1 ok']);
  expect(again.reports.at(-1)).toMatchObject({ type: 'done', ending: { nextSeq: 2 } });
  expect(reports.at(-1)).toMatchObject({ type: 'done', ending: { nextSeq: 0 } });
});

test('above the limit a row is dropped at once, and the flights that land are used again', async () => {
  const { port, held, landAll } = heldPort();
  const { order, ended, outcomes } = firing(port, 2);
  order(rowsAt([0, 0, 0, 30, 30]));
  order({ type: 'start', zeroMs: monotonicMs() });
  await expect.poll(() => held.length).toBe(2);
  const first = held.map(({ flight }) => flight);
  landAll();
  await expect.poll(() => held.length).toBe(2);
  expect(new Set(held.map(({ flight }) => flight))).toEqual(new Set(first));
  landAll();
  await ended;
  expect(outcomes()).toEqual(['2 dropped in_flight_limit', '0 ok', '1 ok', '3 ok', '4 ok']);
});

test('what is in flight when the grace is over is lost, once, and a late answer changes nothing', async () => {
  const { port, held, landAll } = heldPort();
  const { order, ended, outcomes } = firing(port, 10);
  order(rowsAt([0, 0]));
  order({ type: 'start', zeroMs: monotonicMs() });
  await expect.poll(() => held.length).toBe(2);
  order({ type: 'stop', graceMs: 0 });
  await ended;
  landAll();
  expect(outcomes()).toEqual(['0 lost interrupted', '1 lost interrupted']);
});

test('the rehearsal ends by itself, with its pacer, its connections and its server', async () => {
  const port = await openPort(
    { targets: [], insecure: false },
    { maxInFlight: 1, timeoutMs: 1_000, responseBodyBytes: 0 },
  );
  for (const open of [async () => null, port.rehearsal!]) {
    await rehearseFiring(await open());
    const left = (): string[] => process.getActiveResourcesInfo().filter((name) => /MessagePort|Worker|TCP/.test(name));
    await expect.poll(left).toEqual([]);
  }
  await port.close();
});

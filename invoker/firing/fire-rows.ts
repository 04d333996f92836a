import { monotonicMs } from '../../common/clock.js';
import { type ThreadLoad, watchThread } from '../../common/thread-watch.js';
import type { Flight, InvocationPort } from '../../platforms/platform.js';
import { flights } from './flights.js';
import { type Order, type Report, ROWS_AHEAD } from './messages.js';
import { batchWriter } from './record-batch.js';
import { rowQueue } from './row-queue.js';
import { startWakeUps } from './wake-ups.js';

/**
 * How long before a row is due the thread is woken, to wait for the rest by turning its event loop: long enough for the
 * wake-up to be never late, short enough to cost little. Answers are read in every turn, so nothing waits for the waiting.
 */
const LEAD_MS = 0.12;

/** Rows fired in one turn after a delay; then the sockets get their turn. */
const ROWS_PER_TURN = 32;

/** Records go back at least this often: the journal and the live line live on them. */
const REPORT_EVERY_MS = 250;

/** Fires rows at their planned times, whatever the answers do: one absolute schedule, nothing is queued when the limit is reached. */
export function fireRows(
  port: InvocationPort,
  maxInFlight: number,
  report: (message: Report, transfer?: ArrayBuffer[]) => void,
  ended: () => void,
): (order: Order) => void {
  const rows = rowQueue(() => report({ type: 'room' }));
  const batch = batchWriter();
  const flying = flights();
  const wakeUps = startWakeUps(turn, LEAD_MS, ROWS_AHEAD);
  let load: () => ThreadLoad;
  let zeroMs = Infinity;
  let hungry = true;
  let turning = false;
  let turnIsComing = false;
  let stoppedAtMs: number | null = null;
  let finished = false;
  const reporting = setInterval(reportRecords, REPORT_EVERY_MS);

  /** One turn: fires every row that is due. If the next one is not due soon, its wake-up brings the next turn. */
  function turn(): void {
    // A port may answer a row at once, from within its own turn.
    if (turning) return;
    turning = true;
    fireDue();
    turning = false;
  }

  function fireDue(): void {
    hungry = false;
    if (stoppedAtMs !== null) return;
    for (let fired = 0; ; fired += 1) {
      const us = rows.peekUs();
      if (us === null) {
        hungry = true;
        return finishIfDone();
      }
      const now = monotonicMs();
      const left = zeroMs + us / 1_000 - now;
      if (left > LEAD_MS) return;
      if (left > 0 || fired === ROWS_PER_TURN) return turnSoon();
      fire(now);
    }
  }

  function turnSoon(): void {
    if (turnIsComing) return;
    turnIsComing = true;
    setImmediate(comingTurn);
  }

  function comingTurn(): void {
    turnIsComing = false;
    turn();
  }

  /** The answers of a stall come all at once, and take longer to read than the next row has time. */
  function turnIfDue(): void {
    const us = rows.peekUs();
    if (us !== null && zeroMs + us / 1_000 <= monotonicMs()) turn();
  }

  function fire(now: number): void {
    const flight = flying.take();
    rows.take(flight);
    flight.firedMs = now - zeroMs;
    if (flying.count >= maxInFlight) {
      batch.addUnended(flight, 'dropped', 'in_flight_limit');
      flying.giveBack(flight);
      return reportIfFull();
    }
    flying.launch(flight);
    port.send(flight, land);
  }

  function land(flight: Flight): void {
    if (!flying.land(flight)) return;
    batch.addLanded(flight, zeroMs);
    flying.giveBack(flight);
    reportIfFull();
    if (flying.count === 0) finishIfDone();
    else turnIfDue();
  }

  function reportIfFull(): void {
    if (batch.full) reportRecords();
  }

  function reportRecords(): void {
    if (zeroMs === Infinity) return;
    const taken = batch.take();
    const transfer = taken === null ? [] : [taken.numbers.buffer];
    const state = { nextSeq: rows.nextSeq, inFlight: flying.count, elapsedMs: monotonicMs() - zeroMs };
    report({ type: 'records', batch: taken, ...state }, transfer);
  }

  function finishIfDone(): void {
    // Told to stop before the start, it still waits for the order to start: only then does anybody listen.
    if (finished || zeroMs === Infinity || flying.count > 0 || (stoppedAtMs === null && !rows.ended)) return;
    finished = true;
    clearInterval(reporting);
    reportRecords();
    const firing = load();
    void Promise.all([wakeUps.stop(), port.close()]).then(([pacer]) => {
      report({ type: 'done', ending: { nextSeq: rows.nextSeq, stoppedAtMs, firing, pacer } });
      ended();
    });
  }

  function stop(graceMs: number): void {
    if (stoppedAtMs === null) {
      // What is due by now was asked for before anybody said stop.
      if (zeroMs !== Infinity) turn();
      stoppedAtMs = monotonicMs() - zeroMs;
    }
    finishIfDone();
    if (!finished) setTimeout(giveUpFlights, graceMs);
  }

  /** Their end will not be known: one record each all the same. */
  function giveUpFlights(): void {
    for (const flight of flying.giveUp()) {
      batch.addUnended(flight, 'lost', 'interrupted');
      reportIfFull();
    }
    finishIfDone();
  }

  return (order) => {
    if (order.type === 'spent') return batch.giveBack(order.numbers);
    if (order.type === 'stop') return stop(order.graceMs);
    if (order.type === 'start') {
      zeroMs = order.zeroMs;
      wakeUps.begin(zeroMs);
      load = watchThread();
    } else {
      rows.add(order.chunk);
      wakeUps.add(order.chunk.plannedUs);
    }
    if (stoppedAtMs !== null) finishIfDone();
    else if (hungry && zeroMs !== Infinity) turn();
  };
}

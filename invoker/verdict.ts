import type { Ledger, Manifest, Spread, Verdict } from '../records/manifest.js';
import type { EndpointKind, Limits } from '../workload/model.js';
import { causeOfLateness } from './lateness-cause.js';

export interface Evidence {
  ledger: Ledger;
  lateness: Spread | null;
  sendLag: Spread | null;
  /** fired to sent: the part of send lag that is no lateness */
  sendWait: Spread | null;
  generator: Manifest['generator'];
  interrupted: boolean;
  /** rows for which this machine had no file descriptor or local port left */
  withoutSocket: number;
  /** what kind of endpoint was invoked */
  endpoint: EndpointKind;
}

/**
 * Whether a run's figures can be trusted: its p99 of lateness and of send lag within the budget, no row dropped, lost
 * or unreached, not interrupted. Each reason says what to change.
 */
export function verdictOn(evidence: Evidence, limits: Limits): Verdict {
  const { ledger, lateness, sendLag, sendWait, generator, interrupted, withoutSocket, endpoint } = evidence;
  const { latenessBudgetMs: budget, maxInFlight } = limits;
  const reasons: string[] = [];
  const unreached =
    ledger.unreached === 0
      ? 'the last of the planned invocations were in flight'
      : `${ledger.unreached.toLocaleString('en')} of ${ledger.planned.toLocaleString('en')} planned invocations were never reached`;
  if (interrupted) reasons.push(`interrupted: ${unreached}`);
  else if (ledger.unreached > 0) reasons.push(`the run was cut short: ${unreached}`);
  if (lateness !== null && lateness.p99 > budget) {
    reasons.push(
      `lateness p99 is ${above(lateness.p99, budget)}: ${causeOfLateness(generator, budget)}. ` +
        'Lower the rate, free the machine, or raise limits.lateness_budget_ms',
    );
  }
  if (sendLag !== null && sendLag.p99 > budget && !(lateness !== null && lateness.p99 > budget)) {
    // Rows that were dropped have a lateness and no send lag, so its p99 alone may be within the budget.
    const waited = sendWait !== null && sendWait.p99 > budget / 2;
    const cause = waited
      ? causeOfWaiting(endpoint)
      : `${causeOfLateness(generator, budget)}. Lower the rate, free the machine`;
    reasons.push(`send lag p99 is ${above(sendLag.p99, budget)}: ${cause}, or raise limits.lateness_budget_ms`);
  }
  if (ledger.dropped > 0) {
    reasons.push(
      `${ledger.dropped.toLocaleString('en')} invocations were dropped, since ${maxInFlight.toLocaleString('en')} were in flight at their time. ` +
        'Raise limits.max_in_flight, or lower the rate to what the platform answers',
    );
  }
  if (withoutSocket > 0) {
    reasons.push(
      `${withoutSocket.toLocaleString('en')} invocations never left, since this machine had no socket left for them. ` +
        'Raise the limit of open files (ulimit -n) or the range of local ports, or lower limits.max_in_flight',
    );
  }
  if (ledger.lost > 0) {
    reasons.push(
      `${ledger.lost.toLocaleString('en')} invocations were in flight when the run ended: how they ended is not known`,
    );
  }
  return { valid: reasons.length === 0, reasons };
}

function causeOfWaiting(endpoint: EndpointKind): string {
  if (endpoint === 'wsk') {
    return (
      'invocations waited until a wsk process was started for them. Lower the rate, raise endpoint.max_processes if ' +
      'that many run, use endpoint "local_openwhisk", which needs no process'
    );
  }
  return 'invocations waited for a connection. Look at how fast the endpoint accepts connections';
}

/** With as many digits as tell the two apart: nothing reads `10 ms, above the budget of 10 ms`. */
function above(value: number, budget: number): string {
  const same = ms(value) === ms(budget);
  const shown = same ? `${Number(value.toPrecision(digitsApart(value, budget)))} ms` : ms(value);
  return `${shown}, above the budget of ${same ? `${budget} ms` : ms(budget)}`;
}

function digitsApart(value: number, budget: number): number {
  let digits = 3;
  while (digits < 17 && Number(value.toPrecision(digits)) <= budget) digits += 1;
  return digits;
}

function ms(value: number): string {
  return `${value < 10 ? value.toFixed(2) : value.toFixed(0)} ms`;
}

import type { Analysis } from '../analysis.js';
import type { ColdStartClass, MeasuredWorkers } from '../dynamics.js';
import { grouped, percent, wrapped } from './numbers.js';
import { tableLines } from './text-table.js';

const WIDTH = 100;

/** How many cold starts there were, and what was the case when they arrived. */
export function coldStartLines({ cold_starts }: Analysis): string[] {
  const { count, known, share, measured, untimed, timed_by_client, by_idle_gap, by_concurrency } = cold_starts;
  if (known === 0) return ['cold starts: of no execution it is known whether it was cold'];
  const interval = share.low === null ? '' : ` [${percent(share.low)}, ${percent(share.high)}]`;
  if (share.value === null) return wrapped(`cold starts: ${share.note}`, WIDTH);
  return [
    `cold starts: ${grouped(count)} of ${grouped(known)}, ${percent(share.value)}${interval}`,
    ...(measured.answers > 0 ? wrapped(measuredText(measured), WIDTH) : []),
    ...(untimed > 0 ? [`of ${grouped(untimed)} nobody knows the time: they are in no line below`] : []),
    ...(timed_by_client > 0 ? [`of ${grouped(timed_by_client)} the times are the client's, from sent to end`] : []),
    ...classLines('idle time before', by_idle_gap),
    ...classLines('of the same function', by_concurrency),
  ];
}

function measuredText({ answers, workers_filled, cold_filled, disagreeing }: MeasuredWorkers): string {
  return (
    `faas_measure told the worker in ${grouped(answers)} answers; the platform names none in ${grouped(workers_filled)} of ` +
    `them, says nothing of cold and warm in ${grouped(cold_filled)}, and the opposite in ${grouped(disagreeing)}`
  );
}

function classLines(title: string, classes: readonly ColdStartClass[]): string[] {
  if (classes.length === 0) return [];
  return tableLines(
    [{ title, align: 'left' }, { title: 'cold' }, { title: 'of' }, { title: 'share' }],
    classes.map(({ class: name, cold, n }) => [name, grouped(cold), grouped(n), percent(cold / n)]),
  );
}

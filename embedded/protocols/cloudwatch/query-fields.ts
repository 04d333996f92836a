import type { GroupEvent } from './events.js';
import { ACCOUNT_ID } from '../lambda/names.js';

/** An event with the group it is from. */
export interface EventFields {
  event: GroupEvent;
  group: string;
}

const MB = 1_000_000;

/** Fields that Insights finds in the lines that Lambda writes. Sizes are in bytes, of which a MB there has 10⁶. */
const DISCOVERED: Readonly<Record<string, (message: string) => string | number | undefined>> = {
  '@type': (message) => /^(START|END|REPORT|INIT_START|INIT_REPORT)\b/.exec(message)?.[1],
  '@requestId': (message) => /\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/.exec(message)?.[0],
  '@duration': (message) => inReport(message, 'Duration', 'ms'),
  '@billedDuration': (message) => inReport(message, 'Billed Duration', 'ms'),
  '@initDuration': (message) => inReport(message, 'Init Duration', 'ms'),
  '@memorySize': (message) => times(inReport(message, 'Memory Size', 'MB'), MB),
  '@maxMemoryUsed': (message) => times(inReport(message, 'Max Memory Used', 'MB'), MB),
};

/** A field of an event; undefined where it has none. */
export function fieldOf({ event, group }: EventFields, field: string): string | number | undefined {
  switch (field) {
    case '@timestamp':
      return timeShown(event.atMs);
    case '@ingestionTime':
      return timeShown(event.ingestedMs);
    case '@message':
      return event.message;
    case '@logStream':
      return event.stream;
    case '@log':
      return `${ACCOUNT_ID}:${group}`;
    default:
      return DISCOVERED[field]?.(event.message);
  }
}

function inReport(message: string, key: string, unit: string): number | undefined {
  if (!message.startsWith('REPORT ')) return undefined;
  const pair = message.split('\t').find((part) => part.startsWith(`${key}: `));
  return pair === undefined ? undefined : Number(pair.slice(key.length + 2).replace(` ${unit}`, ''));
}

function times(value: number | undefined, factor: number): number | undefined {
  return value === undefined ? undefined : value * factor;
}

/** `2026-11-21 08:33:20.123`, UTC */
function timeShown(epochMs: number): string {
  return new Date(epochMs).toISOString().replace('T', ' ').slice(0, -1);
}

import type { Activation } from './activation.js';
import { executionLog, type LogEntry } from './execution-log.js';

/** The log of one execution, as it is kept: a line of the journal. */
export interface LogRecord {
  group: string;
  stream: string;
  /** when it was written down, epoch ms */
  ingestedMs: number;
  /** in the order of their times; at least one */
  entries: LogEntry[];
}

/** Begins every such line, so that it is known from the documents of OpenWhisk without being parsed. */
const MARK = '{"face":"lambda",';

/** @returns null for an execution that no instance ever saw: Lambda writes nothing of it */
export function logRecordOf(activation: Activation, ingestedMs: number): LogRecord | null {
  const { fn, instance } = activation;
  if (fn.log === undefined || instance === null || activation.outcome?.kind === 'platform_failed') return null;
  const entries = executionLog(activation, fn.log);
  return { group: fn.log.group, stream: fn.log.streamOf(instance), ingestedMs, entries };
}

export function logRecordJson(record: LogRecord): string {
  return MARK + JSON.stringify(record).slice(1);
}

export function isLogRecord(line: string): boolean {
  return line.startsWith(MARK);
}

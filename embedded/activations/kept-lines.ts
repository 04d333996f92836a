import type { Activation } from './activation.js';
import { documentOf, type StoredDocument } from './document.js';
import { logRecordJson, logRecordOf, type LogRecord } from './log-record.js';
import { executionParts, filterName } from './parts.js';
import { responseOf } from './response.js';

/** A line of the journal of activations. */
export type KeptLine = StoredDocument | { json: string; log: LogRecord };

/** What the journal keeps of an activation: one line, unless a fault on purpose wants none or two. */
export function keptLines(activation: Activation, nowMs: number): KeptLine[] {
  const { record, clockSkewMs } = activation.faults;
  const line = record === 'lost' ? null : keptLine(activation, nowMs, clockSkewMs);
  if (line === null) return [];
  return record === 'duplicated' ? [line, line] : [line];
}

/**
 * Of a function of OpenWhisk its document, of one of Lambda its log: each protocol's records show what was called by it, and
 * nothing of the other's.
 */
function keptLine(activation: Activation, nowMs: number, clockSkewMs: number): KeptLine | null {
  if (activation.fn.face === 'openwhisk') {
    return documentOf(executionParts(activation, responseOf(activation.outcome!)), nowMs + clockSkewMs);
  }
  const log = logRecordOf(activation, nowMs);
  return log === null ? null : { json: logRecordJson(log), log };
}

/** What the index needs of a document, from its line. */
export function summaryOf(line: string): Omit<StoredDocument, 'json'> {
  const { _rev: revision, ...document } = Object(JSON.parse(line)) as {
    _rev: string;
    activationId: string;
    name: string;
    start: number;
    annotations?: { key: string; value: unknown }[];
    response?: { statusCode?: number };
  };
  if (typeof revision !== 'string' || typeof document.activationId !== 'string' || typeof document.start !== 'number') {
    throw new Error('a document of the database has _rev, activationId and start');
  }
  // A state folder may hold documents of a real database, where triggers have no path and odd ones no response.
  const annotation = (name: string): unknown => document.annotations?.find(({ key }) => key === name)?.value;
  const path = annotation('path');
  const binding = annotation('binding');
  const ownName = typeof path === 'string' ? path.slice(path.indexOf('/') + 1) : document.name;
  return {
    activationId: document.activationId,
    revision: revision.slice(2),
    start: document.start,
    functionName: typeof binding === 'string' ? filterName(binding, document.name) : ownName,
    statusCode: document.response?.statusCode ?? 0,
  };
}

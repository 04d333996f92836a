import type { Execution } from './logs/executions.js';

/** What is read of a segment document. Times are epoch seconds. */
export interface Segment {
  id: string;
  parentId: string | null;
  origin: string | null;
  startS: number;
  /** of the segment of the service: Lambda's request id */
  requestId: string | null;
  /** ids of the subsegments, of all depths: an Event has one for each attempt, whose child the function's segment is */
  within: string[];
  inits: { startS: number; endS: number }[];
}

/** Reads a segment document; null for one that cannot be read. */
export function segmentIn(document: string | undefined): Segment | null {
  let segment: Record<string, unknown>;
  try {
    segment = objectOf(JSON.parse(document ?? ''));
  } catch {
    return null;
  }
  const startS = segment['start_time'];
  if (typeof segment['id'] !== 'string' || typeof startS !== 'number') return null;
  const subsegments = listOf(segment['subsegments']);
  return {
    id: segment['id'],
    parentId: textOf(segment['parent_id']),
    origin: textOf(segment['origin']),
    startS,
    requestId: textOf(objectOf(segment['aws'])['request_id']),
    within: idsWithin(subsegments),
    inits: subsegments.flatMap(({ name, start_time: start, end_time: end }) =>
      name === 'Initialization' && typeof start === 'number' && typeof end === 'number'
        ? [{ startS: start, endS: end }]
        : [],
    ),
  };
}

/** The service's segment has whole milliseconds, and the clocks are of two machines. */
const RESOLUTION_S = 0.001;
/** A log's START and the function's segment begin together. */
const SAME_START_MS = 1_000;

/**
 * How long an execution waited: from the moment at which Lambda received the request (the start of the segment
 * `AWS::Lambda`) to the start of the init or, where there was none, of the handler (the segment `AWS::Lambda::Function`
 * begins after the init). So, with the report's Init Duration, which `duration_ms` contains:
 * wait = start of the function − start of the service − Init Duration.
 *
 * The subsegment *Initialization* must agree: it lies between the two where the report has an Init Duration, and before
 * the request, or nowhere, where it has none (with provisioned concurrency it may be hours before). Null wherever the
 * trace does not tell it beyond doubt: several executions of one request, an init that failed, a restored snapshot.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/services-xray.html
 */
export function waitOf(segments: readonly Segment[], execution: Execution): number | null {
  const { report, startMs, failedInit } = execution;
  const services = segments.filter(
    ({ origin, requestId }) => origin === 'AWS::Lambda' && requestId === report.requestId,
  );
  const [service] = services;
  if (service === undefined || services.length > 1) return null;
  const parents = new Set([service.id, ...service.within]);
  const functions = segments.filter(
    ({ origin, parentId }) => origin === 'AWS::Lambda::Function' && parents.has(parentId ?? ''),
  );
  const [first] = functions;
  if (first === undefined || functions.length > 1) return null;
  if (startMs !== null && Math.abs(first.startS * 1000 - startMs) > SAME_START_MS) return null;
  if (failedInit || report.restoreMs !== null || !initsAgree(service, first, report.initMs)) return null;
  const waitMs = (first.startS - service.startS) * 1000 - (report.initMs ?? 0);
  return Math.round(waitMs * 1000) / 1000;
}

function initsAgree(service: Segment, { startS, inits }: Segment, initMs: number | null): boolean {
  const isBefore = inits.every(({ endS }) => endS <= service.startS + RESOLUTION_S);
  if (initMs === null) return isBefore;
  const [init] = inits;
  return inits.length === 1 && init!.startS >= service.startS - RESOLUTION_S && init!.endS <= startS + RESOLUTION_S;
}

function idsWithin(subsegments: Record<string, unknown>[]): string[] {
  return subsegments.flatMap((subsegment) => [
    String(subsegment['id']),
    ...idsWithin(listOf(subsegment['subsegments'])),
  ]);
}

function listOf(value: unknown): Record<string, unknown>[] {
  return Array.isArray(value) ? value.map(objectOf) : [];
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}

function objectOf(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}

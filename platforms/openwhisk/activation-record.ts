import type { ActivationRow } from '../../records/activations.js';
import { fieldReader, isObject, type FieldReader } from './record-fields.js';

/** What became of one record of the platform. */
export interface ReadRecord {
  /** null: it is none of a test (a trigger, a health test of the platform), or no activation at all */
  row: ActivationRow | null;
  /** fields that were there but held no usable value, read as absent; `record` for one that is no activation */
  odd: string[];
}

/**
 * Reads an activation as OpenWhisk keeps it, a CouchDB document or a record of its API (full or from a list).
 * Absent is null, never 0: a record without `waitTime` has no wait and no latency, and nothing is guessed from its times.
 * `duration` includes the init; sequences and records without `waitTime` are neither cold nor warm.
 *
 * @see docs/columns.md
 */
export function readActivationRecord(record: unknown): ReadRecord {
  const odd: string[] = [];
  if (!isObject(record)) return { row: null, odd: ['record'] };
  const fields = fieldReader(record, odd);
  const id = fields.text('activationId');
  const name = fields.text('name');
  if (id === null || name === null) return { row: null, odd: ['record'] };

  const annotations = fieldReader(annotationsOf(record['annotations']), odd);
  const path = annotations.text('path');
  const kind = annotations.text('kind');
  if (isNoneOfATest(name, record, path)) return { row: null, odd: [] };

  const wait = annotations.number('waitTime');
  const init = annotations.number('initTime');
  const duration = fields.number('duration');
  const cold = kind === 'sequence' ? null : coldOf(annotations, init, wait);
  const response = fieldReader(isObject(record['response']) ? record['response'] : {}, odd);
  const status = statusOf(fields, response);
  const result = response.record['result'];
  const end = fields.number('end');
  return {
    odd,
    row: {
      activation_id: id,
      namespace: fields.text('namespace'),
      function: functionOf(path, name),
      kind,
      attempt: 1,
      start_ms: fields.number('start'),
      // what has no end yet says 0
      end_ms: end === 0 ? null : end,
      duration_ms: duration,
      wait_ms: wait,
      init_ms: init,
      restore_ms: null,
      latency_ms: wait === null || duration === null ? null : wait + duration,
      execution_ms: executionOf(duration, init, cold),
      cold,
      success: status.success,
      status_code: status.code,
      error: status.success === false ? errorOf(result, status.code) : null,
      worker: null,
      log_stream: null,
      memory_limit_bytes: memoryLimitOf(annotations.record['limits'], odd),
      max_memory_bytes: null,
      billed_ms: null,
      cause: fields.text('cause'),
      result: result === undefined ? null : JSON.stringify(result),
    },
  };
}

/** Triggers have no path and no duration; the platform tests its invokers with actions of its own. */
function isNoneOfATest(name: string, record: Record<string, unknown>, path: string | null): boolean {
  const isTrigger = path === null && record['duration'] === undefined;
  return isTrigger || /^invokerHealthTestAction\d*$/.test(name);
}

function annotationsOf(list: unknown): Record<string, unknown> {
  const annotations: Record<string, unknown> = Object.create(null) as Record<string, unknown>;
  if (!Array.isArray(list)) return annotations;
  for (const entry of list) {
    if (isObject(entry) && typeof entry['key'] === 'string') annotations[entry['key']] = entry['value'];
  }
  return annotations;
}

/** `guest/hello` is `hello`, `guest/utils/hello` is `utils/hello`: like-named actions of two packages stay apart. */
function functionOf(path: string | null, name: string): string {
  const slash = path?.indexOf('/') ?? -1;
  return path === null || slash < 0 ? name : path.slice(slash + 1);
}

/** An init makes it cold, one of 0 ms too; no init where the platform timed the wait, warm; else it said nothing. */
function coldOf(annotations: FieldReader, init: number | null, wait: number | null): boolean | null {
  if (init !== null) return true;
  const initIsUnreadable = annotations.has('initTime');
  return wait === null || initIsUnreadable ? null : false;
}

function executionOf(duration: number | null, init: number | null, cold: boolean | null): number | null {
  if (duration === null) return null;
  if (init !== null) return duration - init;
  return cold === false ? duration : null;
}

const STATUS_WORDS = ['success', 'application error', 'action developer error', 'whisk internal error'];

/** The database and lists have a code; full records of the API have words for it. */
function statusOf(fields: FieldReader, response: FieldReader): { code: number | null; success: boolean | null } {
  const words = response.text('status');
  const fromWords = words === null ? -1 : STATUS_WORDS.indexOf(words);
  const code = response.integer('statusCode') ?? fields.integer('statusCode') ?? (fromWords < 0 ? null : fromWords);
  const said = response.record['success'];
  return { code, success: typeof said === 'boolean' ? said : code === null ? null : code === 0 };
}

/** What the function said went wrong; its whole answer is in `result`. */
function errorOf(result: unknown, code: number | null): string | null {
  const said = isObject(result) ? result['error'] : undefined;
  if (said === undefined) return code === null ? null : (STATUS_WORDS[code] ?? `status ${code}`);
  const text = typeof said === 'string' ? said : JSON.stringify(said);
  return text.length > 500 ? `${text.slice(0, 500)}…` : text;
}

function memoryLimitOf(limits: unknown, odd: string[]): number | null {
  if (!isObject(limits)) return null;
  const megabytes = fieldReader(limits, odd).integer('memory');
  return megabytes === null ? null : megabytes * 2 ** 20;
}

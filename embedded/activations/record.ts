import { statusWord } from './parts.js';

/** A document of the activations database, as it is parsed. */
export interface ActivationDocument {
  _id: string;
  _rev: string;
  entityType: string;
  updated: number;
  activationId: string;
  annotations: unknown;
  cause?: string;
  /** 0 of a trigger */
  end: number;
  name: string;
  namespace: string;
  publish: boolean;
  start: number;
  version: string;
  logs: string[];
  subject: string;
  response: { result: unknown; size?: number; statusCode: number };
  [field: string]: unknown;
}

const DATABASE_ONLY = ['_id', '_rev', 'entityType', 'updated'] as const;

/** The record as OpenWhisk's API shows it: without what only the database knows. A trigger's has no end, which is 0 there. */
export function recordOf(document: ActivationDocument): Record<string, unknown> {
  const noEnd = document.end === 0 ? ['end'] : [];
  return { ...without(document, [...DATABASE_ONLY, ...noEnd]), response: responseShown(document) };
}

/**
 * A row of the database's view of activations, keys in its order: no response, no log, no subject. Its duration is from
 * start to end, which for a sequence is more than the record's, the sum of its components. A trigger has neither, nor a status.
 */
export function summaryOf(document: ActivationDocument): Record<string, unknown> {
  const { activationId, annotations, cause, end, name, namespace, publish, response, start, version } = document;
  const ended = end === 0 ? {} : { end, duration: end - start };
  return {
    namespace,
    name,
    version,
    publish,
    annotations,
    activationId,
    start,
    ...ended,
    ...(cause === undefined ? {} : { cause }),
    ...(end === 0 || response?.statusCode === undefined ? {} : { statusCode: response.statusCode }),
  };
}

/** The same as a row of a list in the API, keys in alphabetical order. */
export function listRowOf(document: ActivationDocument): Record<string, unknown> {
  return Object.fromEntries(Object.entries(summaryOf(document)).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

function without(document: ActivationDocument, fields: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(Object.entries(document).filter(([field]) => !fields.includes(field)));
}

/** The response with its status in words. */
export function responseShown({ response }: ActivationDocument): unknown {
  const { result, size, statusCode } = response;
  const shownSize = size === undefined ? {} : { size };
  return { result, ...shownSize, status: statusWord(statusCode), success: statusCode === 0 };
}

import { statusWord } from './document.js';

/** A document of the activations database, as it is parsed. */
export interface ActivationDocument {
  _id: string;
  _rev: string;
  entityType: string;
  updated: number;
  activationId: string;
  version: string;
  logs: string[];
  subject: string;
  response: { result: unknown; size?: number; statusCode: number };
  [field: string]: unknown;
}

const DATABASE_ONLY = ['_id', '_rev', 'entityType', 'updated'] as const;

/** The record as OpenWhisk's API shows it: without what only the database knows. */
export function recordOf(document: ActivationDocument): Record<string, unknown> {
  return { ...without(document, DATABASE_ONLY), response: responseShown(document) };
}

/** A row of a list: no response, no log, no subject. */
export function summaryOf(document: ActivationDocument): Record<string, unknown> {
  const { version, ...row } = without(document, [...DATABASE_ONLY, 'response', 'logs', 'subject']);
  return { ...row, statusCode: document.response.statusCode, version };
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

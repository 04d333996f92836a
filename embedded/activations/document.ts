import { hash } from 'node:crypto';
import { statusWord, NAMESPACE, type RecordParts } from './parts.js';
import { STATUS } from './response.js';

/** A document as it is stored: its text, and what the index needs to know of it. */
export interface StoredDocument {
  activationId: string;
  revision: string;
  /** epoch ms */
  start: number;
  /** `hello`, `pkg/hello` */
  functionName: string;
  statusCode: number;
  json: string;
}

/**
 * The record as OpenWhisk's database holds it, keys in the same order.
 * @param updatedMs when it is written, epoch ms
 */
export function documentOf(parts: RecordParts, updatedMs: number): StoredDocument {
  const { activationId, functionName, start, version } = parts;
  const { statusCode, result, size } = parts.response;
  const answer = `{"result":${result}${size === null ? '' : `,"size":${size}`},"statusCode":${statusCode}}`;
  const rest =
    `${commonFields(parts)},"end":${parts.end ?? 0},"entityType":"activation","logs":${JSON.stringify(parts.logs)},` +
    `"name":${JSON.stringify(parts.name)},"namespace":"${NAMESPACE}","publish":false,"response":${answer},"start":` +
    `${start},"subject":"${NAMESPACE}","updated":${updatedMs},"version":"${version}"}`;
  const revision = hash('sha256', rest, 'hex').slice(0, 32);
  const json = `{"_id":"${NAMESPACE}/${activationId}","_rev":"1-${revision}",${rest}`;
  return { activationId, revision, start, functionName, statusCode, json };
}

/** The record as a blocking call answers it. */
export function answeredRecord(parts: RecordParts): string {
  const { result, size, statusCode } = parts.response;
  const success = statusCode === STATUS.success;
  const answer = `{"result":${result}${size === null ? '' : `,"size":${size}`},"status":"${statusWord(statusCode)}","success":${success}}`;
  return (
    `{${commonFields(parts)},"end":${parts.end ?? 0},"logs":${JSON.stringify(parts.logs)},"name":` +
    `${JSON.stringify(parts.name)},"namespace":"${NAMESPACE}","publish":false,"response":${answer},"start":` +
    `${parts.start},"subject":"${NAMESPACE}","version":"${parts.version}"}`
  );
}

/** `"activationId":…` to `"duration":…`: where both forms agree. */
function commonFields({ activationId, annotations, cause, duration }: RecordParts): string {
  return (
    `"activationId":"${activationId}","annotations":${JSON.stringify(annotations)}` +
    `${cause === null ? '' : `,"cause":"${cause}"`}${duration === null ? '' : `,"duration":${duration}`}`
  );
}

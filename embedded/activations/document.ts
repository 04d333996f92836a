import { createHash } from 'node:crypto';
import type { PlatformFunction } from '../functions.js';
import { timesOf } from '../timeline.js';
import type { Activation } from './activation.js';
import { responseOf, STATUS, type ActivationResponse } from './response.js';

/** The one namespace of this platform, and its one subject. */
export const NAMESPACE = 'guest';

const STATUS_WORDS = ['success', 'application error', 'action developer error', 'whisk internal error'] as const;

/** The word for a status in OpenWhisk's API. */
export function statusWord(statusCode: number): string {
  return STATUS_WORDS[statusCode] ?? STATUS_WORDS[STATUS.whiskError];
}

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
 * The activation as OpenWhisk's database holds it, keys in the same order.
 * @param updatedMs when it is written, epoch ms
 */
export function documentOf(activation: Activation, updatedMs: number): StoredDocument {
  const response = responseOf(activation.outcome!);
  const { activationId, fn } = activation;
  const { statusCode, size } = response;
  const times = timesOf(activation.timeline);
  const answer = `{"result":${response.result}${size === null ? '' : `,"size":${size}`},"statusCode":${statusCode}}`;
  const rest =
    `${commonFields(activation)},"entityType":"activation","logs":${JSON.stringify(activation.logs)},"name":` +
    `${JSON.stringify(actionName(fn))},"namespace":"${NAMESPACE}","publish":false,"response":${answer},"start":` +
    `${times.start},"subject":"${NAMESPACE}","updated":${updatedMs},"version":"${fn.version}"}`;
  const revision = createHash('sha256').update(rest).digest('hex').slice(0, 32);
  const json = `{"_id":"${NAMESPACE}/${activationId}","_rev":"1-${revision}",${rest}`;
  return { activationId, revision, start: times.start, functionName: fn.name, statusCode, json };
}

/**
 * The activation as a blocking call answers it, which happens before its log is collected: `logs` is empty, as in OpenWhisk.
 */
export function answeredRecord(activation: Activation, response: ActivationResponse): string {
  const { fn } = activation;
  const { result, size, statusCode } = response;
  const success = statusCode === STATUS.success;
  const answer = `{"result":${result}${size === null ? '' : `,"size":${size}`},"status":"${statusWord(statusCode)}","success":${success}}`;
  return (
    `{${commonFields(activation)},"logs":[],"name":${JSON.stringify(actionName(fn))},"namespace":"${NAMESPACE}",` +
    `"publish":false,"response":${answer},"start":${timesOf(activation.timeline).start},"subject":"${NAMESPACE}",` +
    `"version":"${fn.version}"}`
  );
}

/** `"activationId":…` to `"end":…`: where both forms agree. */
function commonFields({ activationId, fn, outcome, timeline }: Activation): string {
  const times = timesOf(timeline);
  const { limits } = fn;
  const annotations: { key: string; value: unknown }[] = [{ key: 'path', value: `${NAMESPACE}/${fn.name}` }];
  if (times.waitTime !== null) annotations.push({ key: 'waitTime', value: times.waitTime });
  annotations.push(
    { key: 'kind', value: fn.kind },
    { key: 'timeout', value: outcome?.kind === 'timed_out' },
    {
      key: 'limits',
      value: {
        concurrency: limits.concurrency,
        logs: limits.logsMb,
        memory: limits.memoryMb,
        timeout: limits.timeoutMs,
      },
    },
  );
  if (times.initTime !== null) annotations.push({ key: 'initTime', value: times.initTime });
  return (
    `"activationId":"${activationId}","annotations":${JSON.stringify(annotations)},"duration":${times.duration},` +
    `"end":${times.end}`
  );
}

/** The name without its package, which stands in the annotation `path` only. */
function actionName({ name }: PlatformFunction): string {
  return name.slice(name.lastIndexOf('/') + 1);
}

import { randomBytes } from 'node:crypto';
import type { Invocation } from '../../platform.js';
import type { StoredFunction } from './catalog.js';
import type { LambdaFace } from './face.js';
import { functionArn } from './names.js';

/** What one execution is started with. */
export interface Start {
  requestId: string;
  payload: string;
  acceptNs: number;
  /** as it was asked for; null = without */
  qualifier: string | null;
  traceId: string;
  /** JSON in ASCII; null = none */
  clientContext: string | null;
}

/** Starts an execution that was admitted, or says why the platform refuses it; its end makes room. */
export function startExecution(
  face: LambdaFace,
  { entity, fn }: StoredFunction,
  start: Start,
): Invocation | { refused: string } {
  const { requestId, payload, acceptNs, qualifier, traceId, clientContext } = start;
  const invocation = face.platform.invoke(fn, payload, acceptNs, {
    activationId: requestId,
    headers: {
      'Lambda-Runtime-Invoked-Function-Arn':
        functionArn(face.key.region, entity.name) + (qualifier === null ? '' : `:${qualifier}`),
      'Lambda-Runtime-Trace-Id': traceId,
      ...(clientContext === null ? {} : { 'Lambda-Runtime-Client-Context': clientContext }),
    },
  });
  if ('refused' in invocation) face.admission.ended(entity.name);
  else void invocation.ended.then(() => face.admission.ended(entity.name));
  return invocation;
}

/** The trace that a request belongs to, or a new one; nothing is sampled here. */
export function traceIdOf(given: string | undefined, epochMs = Date.now()): string {
  const root = /Root=([\w-]+)/i.exec(given ?? '')?.[1];
  const fresh = `1-${Math.floor(epochMs / 1000).toString(16)}-${randomBytes(12).toString('hex')}`;
  return `Root=${root ?? fresh};Parent=${randomBytes(8).toString('hex')};Sampled=0`;
}

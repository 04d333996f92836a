import type { Runtimes } from '../../execution/runtimes.js';
import type { PlatformFunction } from '../../functions.js';
import type { AccessKey } from '../aws/authorize.js';
import type { FunctionEntity } from './entity.js';
import { executionEnvironment } from './environment.js';
import { LATEST } from './names.js';
import { runtimeOf, runtimeVersionOf } from './runtimes.js';

/** What all functions of this face have in common. */
export interface ExecutionPlace {
  runtimes: Runtimes;
  key: AccessKey;
  /** where this platform is asked; known when it listens, before anything is executed */
  endpointUrl(): string;
  streamOf(instance: number): string;
}

/** Kept of what one execution writes; Lambda itself knows no such limit. */
const LOG_LIMIT_MB = 10;

let revisions = 0;

/** The function that the platform executes. */
export function platformFunction(entity: FunctionEntity, code: string, place: ExecutionPlace): PlatformFunction {
  const { name, runtime, handler, timeoutS, memoryMb, environment, logging } = entity;
  const executedBy = place.runtimes[runtimeOf(runtime)];
  const { version, arn } =
    executedBy === undefined
      ? { version: runtime, arn: runtime }
      : runtimeVersionOf(runtime, place.runtimes, place.key.region);
  revisions += 1;
  return {
    key: `lambda-${revisions}`,
    face: 'lambda',
    name,
    runtime: runtimeOf(runtime),
    kind: runtime,
    entry: { convention: 'handler', name: handler },
    code: { form: 'zip', base64: code },
    version: LATEST,
    limits: {
      timeoutMs: timeoutS * 1000,
      memoryMb,
      logsMb: LOG_LIMIT_MB,
      concurrency: 1,
      maxInstances: instancesOf(entity),
    },
    env: { TZ: ':UTC', ...environment },
    envOf: (instance) => ({
      ...executionEnvironment(entity, place.key, place.endpointUrl(), executedBy?.args ?? []),
      AWS_LAMBDA_LOG_STREAM_NAME: place.streamOf(instance),
    }),
    log: {
      group: logging.group,
      format: logging.format,
      streamOf: place.streamOf,
      runtimeVersion: version,
      runtimeVersionArn: arn,
    },
  };
}

/** With none reserved, as with 0 (nothing may be invoked), the number of instances has no limit of its own. */
export function instancesOf({ reservedConcurrency }: FunctionEntity): number | null {
  return reservedConcurrency === 0 ? null : reservedConcurrency;
}

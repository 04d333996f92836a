import type { Runtimes } from '../../execution/runtimes.js';
import type { StoredFunction } from './catalog.js';
import type { FunctionEntity } from './entity.js';
import type { LambdaFace } from './face.js';
import { functionArn, LATEST } from './names.js';
import { runtimeOf, runtimeVersionOf } from './runtimes.js';

/** A function's configuration as the API shows it. @param qualifier as the function was asked for; null = without */
export function configurationShown(
  entity: FunctionEntity,
  { region, runtimes }: { region: string; runtimes: Runtimes },
  qualifier: string | null = null,
): Record<string, unknown> {
  const { name, runtime, environment, logging } = entity;
  const isExecutable = runtimes[runtimeOf(runtime)] !== undefined;
  return {
    FunctionName: name,
    FunctionArn: functionArn(region, name) + (qualifier === null ? '' : `:${qualifier}`),
    Runtime: runtime,
    Role: entity.role,
    Handler: entity.handler,
    CodeSize: entity.codeBytes,
    Description: entity.description,
    Timeout: entity.timeoutS,
    MemorySize: entity.memoryMb,
    // The form of Lambda's own: an offset without a colon.
    LastModified: new Date(entity.modifiedMs).toISOString().replace('Z', '+0000'),
    CodeSha256: entity.codeSha256,
    Version: LATEST,
    ...(Object.keys(environment).length === 0 ? {} : { Environment: { Variables: environment } }),
    TracingConfig: { Mode: 'PassThrough' },
    RevisionId: entity.revisionId,
    State: 'Active',
    LastUpdateStatus: 'Successful',
    PackageType: 'Zip',
    Architectures: entity.architectures,
    EphemeralStorage: { Size: entity.ephemeralStorageMb },
    SnapStart: { ApplyOn: 'None', OptimizationStatus: 'Off' },
    ...(isExecutable
      ? { RuntimeVersionConfig: { RuntimeVersionArn: runtimeVersionOf(runtime, runtimes, region).arn } }
      : {}),
    LoggingConfig: {
      LogFormat: logging.format,
      LogGroup: logging.group,
      ...(logging.format === 'JSON'
        ? { ApplicationLogLevel: logging.applicationLevel, SystemLogLevel: logging.systemLevel }
        : {}),
    },
  };
}

/** The same of a stored function. */
export function shown(face: LambdaFace, { entity }: StoredFunction): Record<string, unknown> {
  return configurationShown(entity, placeOf(face));
}

export function placeOf({ key: { region }, platform: { runtimes } }: LambdaFace) {
  return { region, runtimes };
}

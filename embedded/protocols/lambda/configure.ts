import { randomUUID } from 'node:crypto';
import type { Runtimes } from '../../execution/runtimes.js';
import { AwsFault } from '../aws/fault.js';
import { BOUNDS, type FunctionEntity } from './entity.js';
import { checkEnvironment } from './environment.js';
import { invalidParameter } from './names.js';
import { checkRuntime } from './runtimes.js';

type Asked = Readonly<Record<string, unknown>>;

/** What this platform has not; leaving it out in silence would let a function behave otherwise than it was asked to. */
const ABSENT: Readonly<Record<string, (value: Asked) => boolean>> = {
  Layers: (value) => Object.keys(value).length > 0,
  FileSystemConfigs: (value) => Object.keys(value).length > 0,
  ImageConfig: (value) => Object.keys(value).length > 0,
  VpcConfig: ({ SubnetIds, SecurityGroupIds }) => isFilled(SubnetIds) || isFilled(SecurityGroupIds),
  DeadLetterConfig: ({ TargetArn }) => TargetArn !== undefined && TargetArn !== '',
  SnapStart: ({ ApplyOn }) => ApplyOn === 'PublishedVersions',
};

/**
 * The function that a request describes.
 * @param before what stands there now: what the request leaves out stays as it is
 * @throws AwsFault 400
 */
export function configured(
  asked: Asked,
  before: FunctionEntity | undefined,
  name: string,
  runtimes: Runtimes,
): Omit<FunctionEntity, 'codeSha256' | 'codeBytes'> {
  refuseAbsent(asked);
  const role = textOf(asked, 'Role', before?.role);
  const handler = textOf(asked, 'Handler', before?.handler);
  if (role === undefined || role === '') throw missing('role');
  if (handler === undefined || !/^\S{1,128}$/.test(handler)) throw missing('handler');
  const runtime =
    asked['Runtime'] === undefined && before !== undefined ? before.runtime : checkRuntime(asked['Runtime'], runtimes);
  return {
    name,
    runtime,
    role,
    handler,
    description: textOf(asked, 'Description', before?.description) ?? '',
    timeoutS: numberOf(asked, 'Timeout', before?.timeoutS),
    memoryMb: numberOf(asked, 'MemorySize', before?.memoryMb),
    environment: checkEnvironment(asked['Environment'], before?.environment),
    architectures: architecturesOf(asked['Architectures'], before?.architectures),
    tags: before?.tags ?? tagsIn(asked['Tags']),
    ephemeralStorageMb: storageOf(asked['EphemeralStorage'], before?.ephemeralStorageMb),
    logging: loggingOf(asked['LoggingConfig'], before?.logging, name),
    modifiedMs: Date.now(),
    revisionId: randomUUID(),
    reservedConcurrency: before?.reservedConcurrency ?? null,
  };
}

function refuseAbsent(asked: Asked): void {
  for (const [key, isAsked] of Object.entries(ABSENT)) {
    const value = asked[key];
    if (typeof value === 'object' && value !== null && isAsked(value as Asked)) {
      throw invalidParameter(`${key}: the embedded platform has none; leave it out`);
    }
  }
  if (asked['PackageType'] !== undefined && asked['PackageType'] !== 'Zip') {
    throw invalidParameter('PackageType: the embedded platform executes zip archives only');
  }
  if (asked['Publish'] === true) {
    throw invalidParameter('Publish: functions of the embedded platform have the version $LATEST only; leave it out');
  }
}

function isFilled(list: unknown): boolean {
  return Array.isArray(list) && list.length > 0;
}

function textOf(asked: Asked, key: string, before: string | undefined): string | undefined {
  const value = asked[key];
  if (value === undefined || value === null) return before;
  if (typeof value === 'string') return value;
  throw new AwsFault('SerializationException', 400, `${key}: a string was expected`);
}

function numberOf(asked: Asked, key: keyof typeof BOUNDS, before: number | undefined): number {
  const { field, low, high, normal } = BOUNDS[key];
  const value = asked[key] ?? before ?? normal;
  if (!Number.isInteger(value)) throw new AwsFault('SerializationException', 400, `${key}: an integer was expected`);
  const number = value as number;
  const violated =
    number < low ? `greater than or equal to ${low}` : number > high ? `less than or equal to ${high}` : null;
  if (violated === null) return number;
  throw new AwsFault(
    'ValidationException',
    400,
    `1 validation error detected: Value '${number}' at '${field}' failed to satisfy constraint: Member must have value ${violated}`,
  );
}

function architecturesOf(asked: unknown, before: string[] = ['x86_64']): string[] {
  if (asked === undefined || asked === null) return before;
  const [only, ...more] = Array.isArray(asked) ? (asked as unknown[]) : [];
  if (more.length === 0 && (only === 'x86_64' || only === 'arm64')) return [only];
  throw new AwsFault(
    'ValidationException',
    400,
    `1 validation error detected: Value '${JSON.stringify(asked)}' at 'architectures' failed to satisfy constraint: Member must satisfy enum value set: [x86_64, arm64]`,
  );
}

function storageOf(asked: unknown, before = 512): number {
  const size = (asked as { Size?: unknown } | null | undefined)?.Size;
  if (size === undefined || size === null) return before;
  if (Number.isInteger(size) && (size as number) >= 512 && (size as number) <= 10_240) return size as number;
  throw invalidParameter(`EphemeralStorage.Size: must be between 512 and 10240 MB, got ${JSON.stringify(size)}`);
}

function loggingOf(
  asked: unknown,
  before: FunctionEntity['logging'] | undefined,
  name: string,
): FunctionEntity['logging'] {
  const given = (asked ?? {}) as Asked;
  const format = given['LogFormat'] ?? before?.format ?? 'Text';
  if (format !== 'Text' && format !== 'JSON') {
    throw invalidParameter(`LoggingConfig.LogFormat: must be Text or JSON, got ${JSON.stringify(format)}`);
  }
  const level = (key: string, normal: string | null | undefined): string | null =>
    format === 'Text' ? null : (textOf(given, key, undefined) ?? normal ?? 'INFO');
  return {
    format,
    group: textOf(given, 'LogGroup', before?.group) ?? `/aws/lambda/${name}`,
    applicationLevel: level('ApplicationLogLevel', before?.applicationLevel),
    systemLevel: level('SystemLogLevel', before?.systemLevel),
  };
}

/** @throws AwsFault 400 */
export function tagsIn(asked: unknown): Record<string, string> {
  if (asked === undefined || asked === null) return {};
  const entries = typeof asked === 'object' ? Object.entries(asked) : null;
  if (entries?.every(([key, value]) => key.length <= 128 && typeof value === 'string' && value.length <= 256)) {
    return Object.fromEntries(entries) as Record<string, string>;
  }
  throw invalidParameter('Tags: must be an object of texts, keys of up to 128 characters and values of up to 256');
}

function missing(field: string): AwsFault {
  return new AwsFault(
    'ValidationException',
    400,
    `1 validation error detected: Value null at '${field}' failed to satisfy constraint: Member must not be null`,
  );
}

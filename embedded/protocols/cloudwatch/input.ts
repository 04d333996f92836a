import type { LogGroup } from '../../activations/log-index.js';
import { AwsFault } from '../aws/fault.js';
import type { LogsFace, LogsInput } from './face.js';

export function invalid(message: string): AwsFault {
  return new AwsFault('InvalidParameterException', 400, message);
}

export function missing(what: 'group' | 'stream'): AwsFault {
  return new AwsFault('ResourceNotFoundException', 400, `The specified log ${what} does not exist.`);
}

/** The group that `logGroupName` or `logGroupIdentifier` names, by name or ARN. @throws AwsFault 400 */
export function groupIn(face: Pick<LogsFace, 'store' | 'visibleUntilMs'>, input: LogsInput): LogGroup {
  const named = textIn(input, 'logGroupName') ?? textIn(input, 'logGroupIdentifier');
  if (named === undefined) throw invalid('Either logGroupName or logGroupIdentifier must be given.');
  return groupNamed(face, named);
}

/** @throws AwsFault 400 */
export function groupNamed(
  { store, visibleUntilMs }: Pick<LogsFace, 'store' | 'visibleUntilMs'>,
  nameOrArn: string,
): LogGroup {
  const name = /^arn:[^:]*:logs:[^:]*:[^:]*:log-group:([^:]+)/.exec(nameOrArn)?.[1] ?? nameOrArn;
  const group = store.logs.groups.get(name);
  if (group === undefined || group.createdMs > visibleUntilMs()) throw missing('group');
  return group;
}

export function textIn(input: LogsInput, key: string): string | undefined {
  const value = input[key];
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'string') return value;
  throw new AwsFault('SerializationException', 400, `${key}: a string was expected`);
}

export function textsIn(input: LogsInput, key: string): string[] {
  const value = input[key];
  if (value === undefined || value === null) return [];
  if (Array.isArray(value) && value.every((one) => typeof one === 'string')) return value as string[];
  throw new AwsFault('SerializationException', 400, `${key}: a list of strings was expected`);
}

/** A whole number from 0; @param most what is allowed */
export function numberIn(input: LogsInput, key: string, most = Infinity): number | undefined {
  const value = input[key];
  if (value === undefined || value === null) return undefined;
  if (Number.isInteger(value) && (value as number) >= 0 && (value as number) <= most) return value as number;
  throw invalid(
    `1 validation error detected: Value '${JSON.stringify(value)}' at '${key}' failed to satisfy constraint: Member must have value less than or equal to ${most}`,
  );
}

/** A limit of at least 1. */
export function limitIn(input: LogsInput, key: string, normal: number, most = normal): number {
  const limit = numberIn(input, key, most) ?? normal;
  if (limit >= 1) return limit;
  throw invalid(
    `1 validation error detected: Value '0' at '${key}' failed to satisfy constraint: Member must have value greater than or equal to 1`,
  );
}

/** A place to go on from, as text that means nothing to the client. */
export function tokenOf(place: unknown): string {
  return Buffer.from(JSON.stringify(place)).toString('base64url');
}

/** @throws AwsFault 400 for what no answer ever held */
export function placeIn<Place>(token: string, isPlace: (value: unknown) => value is Place): Place {
  let value: unknown;
  try {
    value = JSON.parse(Buffer.from(token, 'base64url').toString('utf8'));
  } catch {
    value = undefined;
  }
  if (isPlace(value)) return value;
  throw invalid('The specified nextToken is invalid.');
}

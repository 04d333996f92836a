import { ApiError, Rejection } from './exchange.js';

/** An action's limits, as its entity shows them. */
export interface ActionLimits {
  concurrency: number;
  logs: number;
  memory: number;
  timeout: number;
}

/** Bounds of an action's limits, as `GET /namespaces/_/limits` tells them. */
export const ACTION_LIMITS = {
  concurrency: { low: 1, high: 500, normal: 1, word: 'concurrency', what: 'concurrency', unit: '' },
  logs: { low: 0, high: 10, normal: 10, word: 'log', what: 'log size', unit: ' MB' },
  memory: { low: 128, high: 512, normal: 256, word: 'memory', what: 'memory size', unit: ' MB' },
  timeout: { low: 100, high: 300_000, normal: 60_000, word: 'time', what: 'duration', unit: ' milliseconds' },
} as const;

/** Reads the limits of a PUT. @throws Rejection 400 for what is no number, ApiError 400 for what is out of bounds */
export function limitsOf(asked: unknown, before: ActionLimits | undefined): ActionLimits {
  if (asked !== undefined && asked !== null && (typeof asked !== 'object' || Array.isArray(asked))) {
    throw new Rejection(400, 'The request content was malformed:\nObject expected');
  }
  const given = (asked ?? {}) as Record<string, unknown>;
  const limits = {} as ActionLimits;
  for (const name of ['concurrency', 'logs', 'memory', 'timeout'] as const) {
    limits[name] = checked(name, given[name] ?? before?.[name] ?? ACTION_LIMITS[name].normal);
  }
  return limits;
}

function checked(name: keyof ActionLimits, value: unknown): number {
  const { low, high, word, what, unit } = ACTION_LIMITS[name];
  if (typeof value !== 'number') throw malformed(`${word} limit malformed`);
  if (!Number.isInteger(value)) throw malformed(`requirement failed: ${word} limit must be whole number`);
  if (value < low) throw outOfBounds(`${what} ${value}${unit} below allowed threshold of ${low}${unit}`);
  if (value > high) throw outOfBounds(`${what} ${value}${unit} exceeds allowed threshold of ${high}${unit}`);
  return value;
}

function malformed(why: string): Rejection {
  return new Rejection(400, `The request content was malformed:\n${why}`);
}

function outOfBounds(what: string): ApiError {
  return new ApiError(400, `requirement failed: ${what}`);
}

import { AwsFault } from '../aws/fault.js';
import type { Catalog, StoredFunction } from './catalog.js';

/** Concurrency as Lambda counts it: executions of a function at one time, from their admission to their end. */
export interface Admission {
  /** Lets an execution in, which must be `ended` once; or says why not. */
  admit(stored: StoredFunction): Throttled | null;
  ended(name: string): void;
  /** Called after each end: there may be room now. */
  onRoom: () => void;
}

/** Lambda's reasons for its answer 429. */
export type Throttled = 'ReservedFunctionConcurrentInvocationLimitExceeded' | 'ConcurrentInvocationLimitExceeded';

/**
 * A function with reserved concurrency has that much and no more; all others share what the account has beyond the
 * reservations.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/configuration-concurrency.html
 */
export function createAdmission(catalog: Pick<Catalog, 'functions'>, accountLimit: number): Admission {
  const inFlight = new Map<string, number>();

  function unreservedInFlight(): number {
    let sum = 0;
    for (const [name, count] of inFlight) {
      if ((catalog.functions.get(name)?.entity.reservedConcurrency ?? null) === null) sum += count;
    }
    return sum;
  }

  const admission: Admission = {
    onRoom: () => undefined,
    admit({ entity: { name, reservedConcurrency } }) {
      const own = inFlight.get(name) ?? 0;
      if (reservedConcurrency !== null && own >= reservedConcurrency) {
        return 'ReservedFunctionConcurrentInvocationLimitExceeded';
      }
      if (reservedConcurrency === null && unreservedInFlight() >= accountLimit - reservedIn(catalog)) {
        return 'ConcurrentInvocationLimitExceeded';
      }
      inFlight.set(name, own + 1);
      return null;
    },
    ended(name) {
      const left = (inFlight.get(name) ?? 1) - 1;
      if (left > 0) inFlight.set(name, left);
      else inFlight.delete(name);
      admission.onRoom();
    },
  };
  return admission;
}

/** What the reservations of all functions, or of all but one, take from the account. */
export function reservedIn({ functions }: Pick<Catalog, 'functions'>, but?: string): number {
  let sum = 0;
  for (const { entity } of functions.values()) if (entity.name !== but) sum += entity.reservedConcurrency ?? 0;
  return sum;
}

export function throttled(reason: string): AwsFault {
  return new AwsFault('TooManyRequestsException', 429, 'Rate Exceeded.', { Reason: reason, Type: 'User' });
}

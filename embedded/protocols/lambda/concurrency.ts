import { jsonObjectOf, type AwsExchange } from '../aws/exchange.js';
import { reservedIn } from './admission.js';
import type { LambdaFace } from './face.js';
import { answerJson } from './json.js';
import { amend, storedFunction } from './stored.js';
import { instancesOf } from './platform-function.js';
import { invalidParameter, type FunctionReference } from './names.js';

/** `PUT /2017-10-31/functions/NAME/concurrency` */
export async function putConcurrency(
  face: LambdaFace,
  exchange: AwsExchange,
  reference: FunctionReference,
): Promise<void> {
  const stored = storedFunction(face, reference);
  const asked = jsonObjectOf(exchange, 'InvalidRequestContentException')['ReservedConcurrentExecutions'];
  if (!Number.isInteger(asked) || (asked as number) < 0) {
    throw invalidParameter(
      `1 validation error detected: Value '${JSON.stringify(asked)}' at 'reservedConcurrentExecutions' failed to satisfy constraint: Member must have value greater than or equal to 0`,
    );
  }
  const reserved = asked as number;
  const { accountLimit } = face;
  const minimum = leastUnreserved(accountLimit);
  if (accountLimit - reservedIn(face.catalog, reference.name) - reserved < minimum) {
    throw invalidParameter(
      `Specified ReservedConcurrentExecutions for function decreases account's UnreservedConcurrentExecution below its minimum value of [${minimum}].`,
    );
  }
  await setReserved(face, stored, reserved);
  answerJson(exchange, 200, { ReservedConcurrentExecutions: reserved });
}

/** `DELETE /2017-10-31/functions/NAME/concurrency` */
export async function deleteConcurrency(
  face: LambdaFace,
  exchange: AwsExchange,
  reference: FunctionReference,
): Promise<void> {
  await setReserved(face, storedFunction(face, reference), null);
  exchange.response.writeHead(204).end();
}

/** `GET /2019-09-30/functions/NAME/concurrency` */
export function getConcurrency(face: LambdaFace, exchange: AwsExchange, reference: FunctionReference): void {
  const { reservedConcurrency } = storedFunction(face, reference).entity;
  answerJson(exchange, 200, reservedConcurrency === null ? {} : { ReservedConcurrentExecutions: reservedConcurrency });
}

/** Its instances stay: only how many of them there may be changes. */
async function setReserved(
  face: LambdaFace,
  { entity, fn }: ReturnType<typeof storedFunction>,
  reservedConcurrency: number | null,
): Promise<void> {
  const maxInstances = instancesOf({ ...entity, reservedConcurrency });
  await amend(face, { entity, fn: { ...fn, limits: { ...fn.limits, maxInstances } } }, { reservedConcurrency });
  face.events.advance();
}

/** AWS keeps 100 of its usual 1,000 for functions without a reservation. */
function leastUnreserved(accountLimit: number): number {
  return Math.min(100, Math.floor(accountLimit / 10));
}

/** `GET /2016-08-19/account-settings`; sizes are AWS's defaults. */
export function getAccountSettings({ catalog, accountLimit }: LambdaFace, exchange: AwsExchange): void {
  const entities = [...catalog.functions.values()].map(({ entity }) => entity);
  answerJson(exchange, 200, {
    AccountLimit: {
      TotalCodeSize: 80_530_636_800,
      CodeSizeUnzipped: 262_144_000,
      CodeSizeZipped: 52_428_800,
      ConcurrentExecutions: accountLimit,
      UnreservedConcurrentExecutions: accountLimit - reservedIn(catalog),
    },
    AccountUsage: {
      TotalCodeSize: entities.reduce((sum, { codeBytes }) => sum + codeBytes, 0),
      FunctionCount: entities.length,
    },
  });
}

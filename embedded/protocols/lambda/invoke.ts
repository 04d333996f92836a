import { executionLog } from '../../activations/execution-log.js';
import type { Invocation } from '../../platform.js';
import { nowNs } from '../../timeline.js';
import { answerText, type AwsExchange } from '../aws/exchange.js';
import { AwsFault } from '../aws/fault.js';
import { throttled } from './admission.js';
import { answerOf } from './answer.js';
import type { LambdaFace } from './face.js';
import { storedFunction } from './stored.js';
import { invalidParameter, LATEST, type FunctionReference } from './names.js';
import { startExecution, traceIdOf, type Start } from './start.js';

/** Largest event, bytes. */
const PAYLOAD_LIMIT_BYTES = { RequestResponse: 6_291_456, Event: 1_048_576, DryRun: 6_291_456 } as const;
const TAIL_BYTES = 4096;
const CLIENT_CONTEXT_LIMIT_BYTES = 3583;

/** `POST /2015-03-31/functions/NAME/invocations` */
export async function invokeFunction(
  face: LambdaFace,
  exchange: AwsExchange,
  reference: FunctionReference,
): Promise<void> {
  const { request, response, requestId, acceptNs } = exchange;
  const stored = storedFunction(face, reference);
  const type = invocationTypeOf(exchange);
  const payload = payloadOf(exchange, type);
  const clientContext = clientContextOf(request.headers['x-amz-client-context']);
  const traceId = traceIdOf(textOf(request.headers['x-amzn-trace-id']));
  if (type === 'DryRun') return void response.writeHead(204).end();
  const { qualifier } = reference;
  const start: Start = { requestId, payload, acceptNs, qualifier, traceId, clientContext };
  const headers = { 'X-Amzn-Trace-Id': traceId.split(';')[0]! };
  if (type === 'Event') {
    // A client context is told to the function of an invocation that waits only, as on AWS.
    const { entered, answered } = face.events.accept(reference.name, { ...start, clientContext: null });
    await entered;
    answered(nowNs());
    return answerText(exchange, 202, '', headers);
  }
  const reason = face.admission.admit(stored);
  if (reason !== null) throw throttled(reason);
  const invocation = startExecution(face, stored, start);
  if ('refused' in invocation) throw throttled(reasonOf(invocation.refused));
  await answerExecution(exchange, invocation, headers);
}

/** Answers when the execution has ended, and with its log when that is complete. */
async function answerExecution(
  exchange: AwsExchange,
  { activation, ended, logged }: Invocation,
  headers: Record<string, string>,
): Promise<void> {
  const outcome = await ended;
  const wantsLog = textOf(exchange.request.headers['x-amz-log-type']) === 'Tail';
  if (wantsLog) await logged;
  const { payload, failed } = answerOf(outcome, activation.activationId);
  // Before it is written: afterwards the client may have it before we are asked for the time.
  activation.timeline.answered = nowNs();
  answerText(exchange, 200, payload, {
    ...headers,
    'Content-Type': 'application/json',
    'X-Amz-Executed-Version': LATEST,
    ...(failed ? { 'X-Amz-Function-Error': 'Unhandled' } : {}),
    ...(wantsLog ? { 'X-Amz-Log-Result': tailOf(executionLog(activation, activation.fn.log!)) } : {}),
  });
}

/** The last 4 KB of a log, in base64. A character that is cut in two is left out. */
function tailOf(entries: readonly (readonly [number, string])[]): string {
  const bytes = Buffer.from(entries.map(([, message]) => message).join(''));
  let from = Math.max(0, bytes.length - TAIL_BYTES);
  while (from > 0 && from < bytes.length && (bytes[from]! & 0xc0) === 0x80) from += 1;
  return bytes.subarray(from).toString('base64');
}

type InvocationType = keyof typeof PAYLOAD_LIMIT_BYTES;

function invocationTypeOf({ request }: AwsExchange): InvocationType {
  const asked = textOf(request.headers['x-amz-invocation-type']) ?? 'RequestResponse';
  if (asked in PAYLOAD_LIMIT_BYTES) return asked as InvocationType;
  throw invalidParameter(
    `1 validation error detected: Value '${asked}' at 'invocationType' failed to satisfy constraint: Member must satisfy enum value set: [Event, RequestResponse, DryRun]`,
  );
}

/** The event as it was sent; none is `{}`. @throws AwsFault 400, 413 */
function payloadOf({ body }: AwsExchange, type: InvocationType): string {
  const limit = PAYLOAD_LIMIT_BYTES[type];
  if (body.length > limit) {
    const said =
      type === 'Event'
        ? `${body.length} byte payload is too large for the Event invocation type (limit ${limit} bytes)`
        : `Request must be smaller than ${limit} bytes for the InvokeFunction operation`;
    throw new AwsFault('RequestTooLargeException', 413, said, { Type: 'User' });
  }
  if (body.length === 0) return '{}';
  const text = body.toString('utf8');
  try {
    JSON.parse(text);
  } catch (error) {
    throw new AwsFault(
      'InvalidRequestContentException',
      400,
      `Could not parse request body into json: ${(error as Error).message}`,
      { Type: 'User' },
    );
  }
  return text;
}

/** @returns JSON in which only ASCII stands, since it travels in a header */
function clientContextOf(header: string | string[] | undefined): string | null {
  const given = textOf(header);
  if (given === undefined) return null;
  const text = Buffer.from(given, 'base64').toString('utf8');
  try {
    if (given.length > CLIENT_CONTEXT_LIMIT_BYTES) throw new Error(`longer than ${CLIENT_CONTEXT_LIMIT_BYTES} bytes`);
    const json = JSON.stringify(JSON.parse(text));
    return json.replaceAll(/[\u007f-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
  } catch (error) {
    throw new AwsFault(
      'InvalidRequestContentException',
      400,
      `Client context must be a valid Base64-encoded JSON object: ${(error as Error).message}`,
      { Type: 'User' },
    );
  }
}

/** The platform's refusals, in Lambda's words: of a rate, which is on purpose, or of too many that wait for an instance. */
function reasonOf(refused: string): string {
  return refused.includes('in flight') ? 'ConcurrentInvocationLimitExceeded' : 'CallerRateLimitExceeded';
}

function textOf(header: string | string[] | undefined): string | undefined {
  return typeof header === 'string' ? header : undefined;
}

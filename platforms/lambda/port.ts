import { monotonicMs } from '../../common/clock.js';
import { openConnectionPool } from '../http/connection-pool.js';
import type { Reply } from '../http/exchange.js';
import { rehearsalPort } from '../http/rehearsal.js';
import type { PreparedRequest } from '../http/request.js';
import { failed, writeAnswer } from '../http/status.js';
import type { Flight, InvocationPort, Landed, OpenPort } from '../platform.js';
import type { LambdaCredentials } from './client.js';
import { chain, holdCredentials } from './credentials.js';
import { reportInTail } from './log-tail.js';
import { endingOfLambda, isTaken, keptBody, mayRepeatCredentials } from './outcome.js';
import { sdkSigner, signedRequests, type LambdaCall } from './signed-requests.js';
import { invokeUrl } from './unsigned-invoke.js';

/** What the firing thread needs to invoke functions; credentials are in it, so it lives in memory only. */
export interface LambdaDescriptor {
  region: string;
  insecure: boolean;
  credentials: LambdaCredentials;
  /** they came from AWS's chain, which may give new ones while the test runs */
  renewed: boolean;
  /** what the platform's clock is ahead of ours, for the date of signatures */
  clockOffsetMs: number;
  /** RequestResponse, else Event */
  waits: boolean;
  /** one an instance, in their order; all go to one origin */
  calls: LambdaCall[];
}

const WANTED_HEADERS = ['x-amzn-requestid', 'x-amz-function-error', 'x-amz-log-result', 'x-amzn-errortype'];

/** Opens connections to Lambda. Credentials are there already; while the test runs they are renewed beside it. */
export const openPort: OpenPort = async (
  descriptor,
  { maxInFlight, timeoutMs, responseBodyBytes },
): Promise<InvocationPort> => {
  const { region, insecure, credentials, renewed, clockOffsetMs, waits, calls } = descriptor as LambdaDescriptor;
  const held = holdCredentials(credentials, renewed ? chain(region) : () => Promise.resolve(credentials));
  const requests = signedRequests(
    calls,
    sdkSigner(region, () => held.current),
    clockOffsetMs,
  );
  // Signed once before the test, so that the first rows do not wait for code that was never run.
  for (const instance of calls.keys()) await requests.of(instance, 0);
  const pool = openConnectionPool({
    origin: invokeUrl(calls[0]!.request).origin,
    maxConnections: maxInFlight,
    timeoutMs,
    keepBytes: responseBodyBytes,
    wantedHeaders: WANTED_HEADERS,
    insecure,
  });

  function onReply(reply: Reply, flight: Flight, landed: Landed): void {
    const { fault, status } = reply;
    const [requestId = null, functionError = null, tail = null, errorType = null] = reply.headers;
    writeAnswer(flight, reply, fault === null ? endingOfLambda(status!, functionError, waits) : failed(fault));
    if (status !== null && isTaken(status)) {
      flight.activationId = requestId;
      flight.report = reportInTail(tail, requestId);
    }
    // An Event is answered by an acceptance alone.
    if (responseBodyBytes > 0 && status !== null && status !== 202) {
      flight.body = keptBody(status, reply.body, errorType);
      flight.truncated = mayRepeatCredentials(status) || (reply.responseBytes ?? 0) > (reply.body?.length ?? 0);
      flight.measuredIds = isTaken(status) ? reply.measuredIds : null;
    }
    landed(flight);
  }

  function send(request: PreparedRequest, flight: Flight, landed: Landed): void {
    flight.requestBytes = request.requestBytes;
    pool.send(request, flight, landed, onReply);
  }

  return {
    warm: (connections) => pool.warm(connections),
    send(flight, landed) {
      const request = requests.of(flight.instance, flight.input);
      if (!(request instanceof Promise)) return send(request, flight, landed);
      request.then(
        (signed) => send(signed, flight, landed),
        () => unsent(flight, landed),
      );
    },
    async close() {
      held.close();
      pool.close();
    },
    rehearsal: () => rehearsalPort((url) => openRehearsal(url, calls[0]!)),
  };
};

/** Signed as in the test, with keys of nobody. */
function openRehearsal(url: string, { request }: LambdaCall): Promise<InvocationPort> {
  const descriptor: LambdaDescriptor = {
    region: 'us-east-1',
    insecure: false,
    credentials: { accessKeyId: 'rehearsal', secretAccessKey: 'none' },
    renewed: false,
    clockOffsetMs: 0,
    waits: true,
    calls: [
      {
        request: { ...request, protocol: 'http:', host: new URL(url).host },
        body: { kind: 'one', bytes: Buffer.from('{}') },
      },
    ],
  };
  return openPort(descriptor, { maxInFlight: 100, timeoutMs: 10_000, responseBodyBytes: 0 });
}

/** Credentials that cannot sign: it never went to the socket. */
function unsent(flight: Flight, landed: Landed): void {
  const never = {
    fault: null,
    status: null,
    headers: [],
    sentMs: null,
    firstByteMs: null,
    responseBytes: null,
    body: null,
    measuredIds: null,
  };
  writeAnswer(flight, { ...never, endMs: monotonicMs() }, failed('unsigned'));
  flight.requestBytes = 0;
  landed(flight);
}

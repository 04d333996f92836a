import type { BodySource } from '../bodies.js';
import { openConnectionPool } from '../http/connection-pool.js';
import type { Reply } from '../http/exchange.js';
import { rehearsalPort } from '../http/rehearsal.js';
import { requestsOf } from '../http/request.js';
import { failed, writeAnswer } from '../http/status.js';
import type { Flight, InvocationPort, Landed, OpenPort } from '../platform.js';
import { endingOfOpenWhisk, type CallKind } from './outcome.js';

/** What the firing thread needs to invoke actions; the key is in it, so it lives in memory only. */
export interface OpenWhiskDescriptor {
  /** with scheme */
  apiHost: string;
  /** `uuid:key` */
  auth: string;
  insecure: boolean;
  /** one an instance, in their order */
  calls: (CallKind & { path: string; contentType: string; body: BodySource })[];
}

/** Opens connections to OpenWhisk's REST API. Bodies of answers are counted and not kept: the platform keeps results. */
export const openPort: OpenPort = async (descriptor, { maxInFlight, timeoutMs }): Promise<InvocationPort> => {
  const { apiHost, auth, insecure, calls } = descriptor as OpenWhiskDescriptor;
  const pool = openConnectionPool({
    origin: new URL(apiHost).origin,
    maxConnections: maxInFlight,
    timeoutMs,
    keepBytes: 0,
    wantedHeaders: ['x-openwhisk-activation-id'],
    insecure,
  });
  const authorization = `Basic ${Buffer.from(auth).toString('base64')}`;
  const requests = calls.map(({ path, web, contentType, body }) =>
    requestsOf(
      {
        url: new URL(`${apiHost}${path}`),
        method: 'POST',
        // A web action is public: it needs no key, so it gets none.
        headers: { 'content-type': contentType, ...(web ? {} : { authorization }) },
      },
      body,
    ),
  );

  function onReply(reply: Reply, flight: Flight, landed: Landed): void {
    const id = reply.headers[0] || null;
    const call = calls[flight.instance]!;
    writeAnswer(flight, reply, reply.fault === null ? endingOfOpenWhisk(reply.status!, id, call) : failed(reply.fault));
    flight.activationId = id;
    landed(flight);
  }

  return {
    warm: (connections) => pool.warm(connections),
    send(flight, landed) {
      const request = requests[flight.instance]!(flight.input);
      flight.requestBytes = request.requestBytes;
      pool.send(request, flight, landed, onReply);
    },
    close: async () => pool.close(),
    rehearsal: () => rehearsalPort(openRehearsal),
  };
};

function openRehearsal(apiHost: string): Promise<InvocationPort> {
  const body = { kind: 'one' as const, bytes: Buffer.from('{}') };
  const call = { blocking: true, web: false, path: '/', contentType: 'application/json', body };
  const options = { maxInFlight: 100, timeoutMs: 10_000, responseBodyBytes: 0 };
  return openPort(
    { apiHost, auth: 'rehearsal:none', insecure: false, calls: [call] } satisfies OpenWhiskDescriptor,
    options,
  );
}

import { openConnectionPool } from '../http/connection-pool.js';
import type { PreparedRequest, Reply } from '../http/exchange.js';
import { failed, writeAnswer } from '../http/status.js';
import { bodiesOf, type BodySource } from '../bodies.js';
import type { InvocationPort, OpenPort } from '../platform.js';
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
  const url = new URL(apiHost);
  const pool = openConnectionPool({
    origin: url.origin,
    maxConnections: maxInFlight,
    timeoutMs,
    keepBytes: 0,
    insecure,
  });
  const authorization = `Basic ${Buffer.from(auth).toString('base64')}`;
  const prefix = url.pathname.replace(/\/$/, '');
  const requests = calls.map(({ path, web, contentType, body }) => {
    const bodyOf = bodiesOf(body);
    const head = {
      path: `${prefix}${path}`,
      method: 'POST',
      // A web action is public: it needs no key, so it gets none.
      headers: ['content-type', contentType, ...(web ? [] : ['authorization', authorization])],
    };
    return (input: number): PreparedRequest => {
      const bytes = bodyOf(input);
      return { ...head, body: bytes, requestBytes: bytes.byteLength };
    };
  });
  return {
    warm: (connections) => pool.warm(connections),
    send(flight, landed) {
      const { instance } = flight;
      const request = requests[instance]!(flight.input);
      pool.send(request, (reply) => {
        const id = activationIdOf(reply);
        const ending =
          reply.fault === null ? endingOfOpenWhisk(reply.status!, id, calls[instance]!) : failed(reply.fault);
        writeAnswer(flight, reply, ending, id, request.requestBytes);
        landed(flight);
      });
    },
    close: () => pool.close(),
  };
};

function activationIdOf({ headers }: Reply): string | null {
  const id = headers?.['x-openwhisk-activation-id'];
  return typeof id === 'string' && id !== '' ? id : null;
}

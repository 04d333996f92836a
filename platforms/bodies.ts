import type { Payload } from '../workload/model.js';

/** What an instance sends, as it crosses to the firing thread: plain data, with which any of its rows can be sent. */
export type BodySource =
  | { kind: 'one'; bytes: Uint8Array }
  | { kind: 'list'; bodies: Uint8Array[] }
  | { kind: 'duration'; parameter: string; json: string };

/** @param none the body of an instance without a payload */
export function bodySourceOf(payload: Payload, none: string): BodySource {
  switch (payload.kind) {
    case 'none':
      return { kind: 'one', bytes: Buffer.from(none, 'utf8') };
    case 'params':
      return { kind: 'one', bytes: Buffer.from(payload.json, 'utf8') };
    case 'data':
      return { kind: 'one', bytes: payload.bytes };
    case 'list':
      return { kind: 'list', bodies: payload.jsons.map((json) => Buffer.from(json, 'utf8')) };
    case 'duration':
      return { kind: 'duration', parameter: payload.parameter, json: payload.json };
  }
}

/** The longest body that an instance may send, in bytes: what a platform's limit is held against before the start. */
export function longestBody(source: BodySource): number {
  switch (source.kind) {
    case 'one':
      return source.bytes.byteLength;
    case 'list':
      // Not Math.max(...lengths): a list may be longer than the arguments that a call can have.
      return source.bodies.reduce((most, { byteLength }) => Math.max(most, byteLength), 0);
    case 'duration':
      return durationBodies(source)(Number.MAX_SAFE_INTEGER / 1_000).byteLength;
  }
}

/** The body of a row by its input. One body and a list's are the same buffers again and again; a duration's is made for the row. */
export function bodiesOf(source: BodySource): (input: number) => Buffer {
  if (source.kind === 'duration') return durationBodies(source);
  const bodies = (source.kind === 'one' ? [source.bytes] : source.bodies).map(asBuffer);
  return (input) => bodies[input]!;
}

/** A row's duration as it is sent: in milliseconds, to the microsecond. */
export function durationText(input: number): string {
  return String(Math.round(input * 1_000) / 1_000);
}

/** `{…the other parameters…, "ms": 12.5}`: in milliseconds, to the microsecond. */
function durationBodies({ parameter, json }: BodySource & { kind: 'duration' }): (input: number) => Buffer {
  const others = json.trim().replace(/\}$/, '').trimEnd();
  const start = `${others}${others === '{' ? '' : ','}${JSON.stringify(parameter)}:`;
  return (input) => Buffer.from(`${start}${durationText(input)}}`, 'utf8');
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

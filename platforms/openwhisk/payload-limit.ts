import { ConfigError } from '../../common/errors.js';
import { plainText } from '../../common/plain-text.js';
import type { InstanceSpec, Workload } from '../../workload/model.js';
import { longestBody, type BodySource } from '../bodies.js';
import type { NamespaceLimits } from './limits.js';

/** OpenWhisk's own limit of a body (`whisk.activation.payload.max`), where a platform does not tell its own. */
const DEFAULT_BYTES = 1_048_576;

/**
 * Holds what each instance sends against the platform's limit of an invocation's body, beyond which it answers 413 to every
 * one.
 * @param bodyOf  what goes into the body of a request of an instance, to the byte
 * @returns a warning for each instance above OpenWhisk's default, where the platform does not tell its limit
 * @throws ConfigError naming each instance above the limit that the platform tells, with its file and size
 */
export function checkPayloads(
  { instances, source }: Workload,
  { maxParameterBytes }: NamespaceLimits,
  apiHost: string,
  bodyOf: (instance: InstanceSpec) => BodySource,
): string[] {
  const limit = maxParameterBytes ?? DEFAULT_BYTES;
  const tooLong = instances.flatMap((instance) => {
    const body = bodyOf(instance);
    const bytes = longestBody(body);
    if (bytes <= limit) return [];
    const place = placeOf(instance, body, source.resolved);
    return [`${place} makes a body of ${bytes.toLocaleString('en')} bytes`];
  });
  const most = limit.toLocaleString('en');
  if (maxParameterBytes === null) {
    const warning = `${apiHost} does not tell its own limit, and OpenWhisk's is ${most}: beyond it every invocation is answered 413`;
    return tooLong.map((finding) => `${finding}; ${warning}`);
  }
  if (tooLong.length === 0) return [];
  const advice = `${apiHost} takes ${most} (its maxParameterSize): send less, or raise whisk.activation.payload.max there`;
  throw new ConfigError(tooLong.map((finding) => `${finding}, but ${advice}`).join('\n'));
}

/** Where the config says what is sent, with the file's name: `instances.a.data_file: big.png`. */
function placeOf({ name, payload }: InstanceSpec, body: BodySource, resolved: Record<string, unknown>): string {
  const at = `instances.${plainText(name)}`;
  if (body.kind === 'list') {
    const longest = longestBody(body);
    return `${at}.params[${body.bodies.findIndex(({ byteLength }) => byteLength === longest)}]:`;
  }
  const key = payload.kind === 'data' ? 'data_file' : 'param_file';
  const given = (resolved['instances'] as Record<string, Record<string, unknown>> | undefined)?.[name]?.[key];
  return typeof given === 'string' ? `${at}.${key}: ${given}` : `${at}:`;
}

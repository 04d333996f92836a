import { z } from 'zod';
import { integer, oneOf, text } from './schema-words.js';

export const ENDPOINT_KINDS = ['local_openwhisk', 'embedded', 'generic', 'lambda', 'wsk'] as const;

/** Enough for 50 calls a second of 2 s each; a process that waits for its answer holds some 5 MB. */
export const DEFAULT_MAX_PROCESSES = 100;

const endpointObject = z.object({
  kind: oneOf(ENDPOINT_KINDS),
  api_host: text('must be a host or URL').nullish().describe('OpenWhisk; otherwise WHISK_APIHOST or ~/.wskprops'),
  namespace: text('must be a namespace').nullish().describe("OpenWhisk; otherwise the key's own"),
  insecure: z
    .boolean({ error: 'must be true or false' })
    .nullish()
    .describe('Accept a certificate that cannot be verified'),
  max_processes: integer('must be a whole number from 1 to 10000', { min: 1, max: 10_000 })
    .nullish()
    .describe(
      `wsk: processes at once, ${DEFAULT_MAX_PROCESSES} by default; an invocation beyond them waits for its turn`,
    ),
  region: text('must be a region such as "us-east-1"')
    .regex(/^[a-z0-9-]+$/, { error: 'must be a region such as "us-east-1"' })
    .nullish()
    .describe("Lambda; otherwise AWS_REGION or the profile's"),
  endpoint_url: text('must be a URL').nullish().describe('Lambda: an emulator instead of AWS'),
  invocation_type: oneOf(['RequestResponse', 'Event']).nullish().describe('Lambda; wins over blocking_cli'),
  qualifier: text('must be a version or alias').nullish().describe('Lambda: version or alias'),
});

/** Which further keys of an endpoint object go with which kind. */
export const ENDPOINT_KEYS: Record<(typeof ENDPOINT_KINDS)[number], readonly string[]> = {
  local_openwhisk: ['api_host', 'namespace', 'insecure'],
  embedded: ['api_host', 'namespace', 'insecure'],
  generic: ['insecure'],
  lambda: ['region', 'endpoint_url', 'invocation_type', 'qualifier', 'insecure'],
  wsk: ['api_host', 'namespace', 'insecure', 'max_processes'],
};

/** A kind, or an object with a kind and what goes with it. */
export const endpointSchema = z.union([oneOf(ENDPOINT_KINDS), endpointObject]);

import { z } from 'zod';
import { integer, text } from './schema-words.js';

const DEFAULT_SAMPLER_INTERVAL_MS = 1_000;

const SAMPLER = 'must be true, false, or {"interval_ms": 100 to 10000}';

/** Our own sampler: on or off, or how often. */
const samplerSchema = z.union([
  z.boolean({ error: SAMPLER }),
  z.object({
    interval_ms: integer('must be a whole number of milliseconds from 100 to 10000', { min: 100, max: 10_000 })
      .nullish()
      .describe(`Between two samples, ${DEFAULT_SAMPLER_INTERVAL_MS} by default`),
  }),
]);

/** @returns null where it is off */
export function samplerIntervalMs(given: boolean | { interval_ms?: number | null } | null | undefined): number | null {
  if (given === undefined || given === null || given === false) return null;
  return (given === true ? undefined : given.interval_ms) ?? DEFAULT_SAMPLER_INTERVAL_MS;
}

const scriptPath = text('must be the path of a script, or null');
const sampler = samplerSchema
  .nullish()
  .describe('The built-in sampler: true, or {"interval_ms": 100 to 10000}; off by default');

/** What ssh takes for a destination; a password has no place in it, nor what ssh would take for an option. */
const SSH_DESTINATION = /^(?!-)(?:[^\s@:/-][^\s@:/]*@)?[^\s@:/-][^\s@:/]*$/;

export const hostSchema = z.object(
  {
    name: text('must be a name for the host').describe(
      'Stands in the report and names its folder: unique, and not the name of this machine',
    ),
    ssh: text('must be "host" or "user@host"')
      .regex(SSH_DESTINATION, { error: 'must be "host" or "user@host" (its port stands in "port", keys in ~/.ssh)' })
      .describe('Where OpenSSH connects to: "user@host", or a name of ~/.ssh/config'),
    port: integer('must be a port from 1 to 65535', { min: 1, max: 65_535 })
      .nullish()
      .describe('Of its SSH server; otherwise what ~/.ssh/config says, or 22'),
    sampler,
    runtime_script: scriptPath.nullish().describe('Run on that host; looked up here as the other scripts are'),
  },
  { error: 'must be an object: {"name": …, "ssh": "user@host", "sampler": true}' },
);

const kubernetesSchema = z.object(
  {
    namespace: text('must be a namespace of Kubernetes').describe('Where the pods of the workers are'),
    selector: text('must be a label selector, e.g. "user-action-pod=true"')
      .nullish()
      .describe('Which pods are workers; by default those that OpenWhisk labels user-action-pod=true'),
    context: text("must be a context of kubectl's config").nullish().describe("kubectl's --context"),
    kubeconfig: text('must be the path of a kubeconfig').nullish().describe("kubectl's --kubeconfig"),
  },
  { error: 'must be an object: {"namespace": …}' },
);

/** What FaaSProfiler calls `perf_monitoring`. */
export const monitoringSchema = z.object(
  {
    runtime_script: scriptPath.nullish().describe('Started with the test, with its whole seconds as first argument'),
    post_script: scriptPath.nullish().describe('Run after the last record'),
    sampler,
    hosts: z
      .array(hostSchema, { error: 'must be a list of hosts: [{"name": …, "ssh": "user@host"}]' })
      .nullish()
      .describe('Further hosts to watch, by OpenSSH'),
    kubernetes: kubernetesSchema.nullish().describe('Where OpenWhisk on Kubernetes runs its workers'),
  },
  { error: 'must be an object, or null' },
);

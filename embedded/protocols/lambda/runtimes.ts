import { createHash } from 'node:crypto';
import type { Runtimes } from '../../execution/runtimes.js';
import type { RuntimeName } from '../../functions.js';
import { invalidParameter } from './names.js';

/** Lambda's runtimes whose functions this machine's Node and Python execute. */
const FAMILIES: readonly { prefix: string; suffix: string; runtime: RuntimeName; versions: readonly string[] }[] = [
  { prefix: 'nodejs', suffix: '.x', runtime: 'node', versions: ['18', '20', '22', '24'] },
  { prefix: 'python', suffix: '', runtime: 'python3', versions: ['3.9', '3.10', '3.11', '3.12', '3.13', '3.14'] },
];

/** The identifiers that CreateFunction takes on this machine. */
export function runtimeNames(runtimes: Runtimes): string[] {
  return FAMILIES.flatMap(({ prefix, suffix, runtime, versions }) =>
    runtimes[runtime] === undefined ? [] : versions.map((version) => `${prefix}${version}${suffix}`),
  );
}

/** @throws AwsFault 400 that names what there is */
export function checkRuntime(asked: unknown, runtimes: Runtimes): string {
  const names = runtimeNames(runtimes);
  if (typeof asked === 'string' && names.includes(asked)) return asked;
  throw invalidParameter(
    `Value ${String(asked)} at 'runtime' failed to satisfy constraint: Member must satisfy enum value set: [${names.join(', ')}] or be a valid ARN`,
  );
}

export function runtimeOf(name: string): RuntimeName {
  return name.startsWith('python') ? 'python3' : 'node';
}

/** What really executes a function, in the form in which Lambda tells the version of a runtime. */
export function runtimeVersionOf(name: string, runtimes: Runtimes, region: string): { version: string; arn: string } {
  const { program, version } = runtimes[runtimeOf(name)]!;
  const family = FAMILIES.find(({ runtime }) => runtime === runtimeOf(name))!;
  const shown = `${family.prefix}:${version}.faaslab`;
  const digest = createHash('sha256').update(`${program} ${version}`).digest('hex');
  return { version: shown, arn: `arn:aws:lambda:${region}::runtime:${digest}` };
}

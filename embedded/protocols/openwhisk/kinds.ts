import type { RuntimeName } from '../../functions.js';
import type { Runtimes } from '../../execution/runtimes.js';
import { Rejection } from './exchange.js';

/** Versions whose functions the runtimes of this machine execute; the machine's own version comes first. */
const FAMILIES: Readonly<Record<string, { runtime: RuntimeName; versions: readonly string[] }>> = {
  nodejs: { runtime: 'node', versions: ['18', '20', '22', '24'] },
  python: { runtime: 'python3', versions: ['3', '3.9', '3.10', '3.11', '3.12', '3.13'] },
};

/** A kind that was accepted: `nodejs:default` has become what this machine runs. */
export interface Kind {
  kind: string;
  runtime: RuntimeName;
}

/** @throws Rejection 400 with the kinds that there are */
export function kindNamed(asked: unknown, runtimes: Runtimes): Kind {
  const kinds = kindsOf(runtimes);
  const [family, version] = String(asked).split(':');
  const found = kinds.find(
    ({ kind, isDefault, of }) => kind === asked || (version === 'default' && isDefault && of === family),
  );
  if (found !== undefined) return { kind: found.kind, runtime: found.runtime };
  const valid = [...kinds.map(({ kind }) => kind), 'sequence'].map((kind) => `'${kind}'`).join(', ');
  const message = `The specified runtime '${String(asked)}' is not supported by this platform. Valid values are: ${valid}.`;
  throw new Rejection(400, `The request content was malformed:\n${message}`);
}

function kindsOf(runtimes: Runtimes): { kind: string; of: string; runtime: RuntimeName; isDefault: boolean }[] {
  return Object.entries(FAMILIES).flatMap(([of, { runtime, versions }]) => {
    const own = runtimes[runtime]?.version;
    if (own === undefined) return [];
    const all = versions.includes(own) ? versions : [...versions, own];
    return all.map((version) => ({ kind: `${of}:${version}`, of, runtime, isDefault: version === own }));
  });
}

/** The kinds as `GET /` lists them, by family. */
export function runtimeListing(runtimes: Runtimes): Record<string, unknown[]> {
  const listing: Record<string, unknown[]> = {};
  for (const { kind, of, isDefault } of kindsOf(runtimes)) {
    (listing[of] ??= []).push({
      attached: true,
      default: isDefault,
      deprecated: false,
      image: `faaslab/${of}:${runtimes[FAMILIES[of]!.runtime]!.version}`,
      kind,
      requireMain: false,
    });
  }
  return listing;
}

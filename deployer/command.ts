import { ConfigError, EXIT } from '../common/errors.js';
import { parseFlags } from '../common/flags.js';
import { checkAddress } from './address.js';
import type { DeployedFunction } from './deploy.js';
import type { DeployTarget, FunctionHost } from './host.js';
import type { FunctionManifest, RuntimeName } from './manifest.js';

interface Flags {
  folders: string[];
  to: 'embedded' | 'openwhisk' | 'lambda';
  delete: boolean;
  dryRun: boolean;
  runtime: RuntimeName | undefined;
  overwrite: boolean;
  endpointUrl: string | undefined;
  role: string | undefined;
  insecure: boolean;
  json: boolean;
}

/** What became of one function, or with `--dry-run` what would; the shape of `--json`. */
interface Outcome {
  name: string;
  outcome: string;
  kind?: string;
  memory_mb?: number;
  timeout_ms?: number;
}

/** One function's part of the command: what it comes to, and how. */
interface Step {
  outcome: Outcome;
  carryOut: () => Promise<void>;
}

/**
 * `faaslab deploy FOLDER… --to PLATFORM`: creates or updates functions, or with `--delete` removes those that faaslab deployed.
 * The platform is asked about all of them before the first is touched.
 * @returns the exit code
 * @throws  ConfigError, PlatformError
 */
export async function deployCommand(args: string[]): Promise<number> {
  const flags = await parse(args);
  if (flags === null) return EXIT.done;
  const { readFunctions } = await import('./read-functions.js');
  const manifests = await readFunctions(flags.folders, notify);
  const host = await findHost(flags);
  const outcomes: Outcome[] = [];
  try {
    const steps: Step[] = [];
    for (const manifest of manifests) steps.push(await stepFor(manifest, host, flags));
    for (const { outcome, carryOut } of steps) {
      if (!flags.dryRun) await carryOut();
      outcomes.push(flags.dryRun ? { ...outcome, outcome: IF_DONE[outcome.outcome] ?? outcome.outcome } : outcome);
      if (!flags.json) process.stdout.write(`${lineOf(outcomes.at(-1)!)}\n`);
    }
  } finally {
    await host?.close();
  }
  if (flags.json) process.stdout.write(`${JSON.stringify({ url: host?.url ?? null, functions: outcomes })}\n`);
  return EXIT.done;
}

/** How a dry run says what an outcome would be. */
const IF_DONE: Record<string, string> = {
  created: 'would create',
  updated: 'would update',
  deleted: 'would delete',
};

/** A dry run needs no platform: without one it says what it can, and why that is less. @returns null without one */
async function findHost(flags: Flags): Promise<FunctionHost | null> {
  const { openHost } = await import('./host.js');
  try {
    return await openHost(await findTarget(flags));
  } catch (error) {
    if (!flags.dryRun || !(error instanceof ConfigError)) throw error;
    notify(`no platform was asked: ${error.message}`);
    return null;
  }
}

async function findTarget({ to, endpointUrl, role, insecure }: Flags): Promise<DeployTarget> {
  if (to === 'lambda') {
    const { findLambdaTarget } = await import('./targets/find-lambda.js');
    return findLambdaTarget({ endpointUrl, role, insecure });
  }
  if (to === 'embedded' && !((endpointUrl ?? process.env['WHISK_APIHOST']) && process.env['WHISK_AUTH'])) {
    throw new ConfigError(
      '--to embedded: start one with `faaslab platform`, then set WHISK_APIHOST and WHISK_AUTH to its',
    );
  }
  const { findOpenWhiskTarget } = await import('./targets/find-openwhisk.js');
  return findOpenWhiskTarget(insecure, notify, 'local_openwhisk', endpointUrl);
}

async function stepFor(manifest: FunctionManifest, host: FunctionHost | null, flags: Flags): Promise<Step> {
  const { chooseRuntime, mayDelete, planDeployment } = await import('./deploy.js');
  const { name } = manifest;
  if (host === null) {
    const runtime = chooseRuntime(manifest, null, flags.runtime);
    const outcome = { name, outcome: flags.delete ? 'would delete' : `would deploy (${runtime})` };
    return { outcome, carryOut: () => Promise.resolve() };
  }
  if (flags.delete) {
    const exists = await mayDelete(name, host);
    const remove = (): Promise<void> => host.remove(name);
    return { outcome: { name, outcome: exists ? 'deleted' : 'absent' }, carryOut: exists ? remove : async () => {} };
  }
  const { overwrite, runtime } = flags;
  const { deployed, carryOut } = await planDeployment(manifest, host, {
    overwrite,
    ...(runtime === undefined ? {} : { runtime }),
  });
  return { outcome: outcomeOf(deployed), carryOut };
}

function outcomeOf({ application, kind, memoryMb, timeoutMs, created }: DeployedFunction): Outcome {
  return {
    name: application,
    outcome: created ? 'created' : 'updated',
    kind,
    memory_mb: memoryMb,
    timeout_ms: timeoutMs,
  };
}

function lineOf({ name, outcome, kind, memory_mb, timeout_ms }: Outcome): string {
  const limits = kind === undefined ? '' : `  ${kind}, ${memory_mb} MB, ${timeout_ms} ms`;
  return `${name.padEnd(16)} ${outcome}${limits}`;
}

function notify(notice: string): void {
  process.stderr.write(`faaslab deploy: ${notice}\n`);
}

/** @returns null where the help was asked for */
async function parse(args: string[]): Promise<Flags | null> {
  const parsed = await parseFlags(args, {
    name: 'faaslab deploy',
    usage: 'FOLDER… --to embedded|openwhisk|lambda [options]',
    purpose: 'Creates or updates functions: a folder with code and a manifest.json each.',
    flags: FLAGS,
    takesWords: true,
  });
  if (parsed === null) return null;
  const { to, 'dry-run': dryRun, 'endpoint-url': endpointUrl, delete: remove, role, ...rest } = parsed.flags;
  if (parsed.words.length === 0) throw new ConfigError('which function? Name one or more folders');
  if (to === undefined) throw new ConfigError('to which platform? --to embedded, --to openwhisk or --to lambda');
  if (role !== undefined && to !== 'lambda')
    throw new ConfigError(`--role: only functions of Lambda have one, not ${to}'s`);
  if (endpointUrl !== undefined) checkAddress(endpointUrl);
  return { folders: parsed.words, to, delete: remove, dryRun, endpointUrl, role, ...rest };
}

const FLAGS = {
  to: {
    type: 'string',
    choices: ['embedded', 'openwhisk', 'lambda'],
    describe: 'found by WHISK_APIHOST and WHISK_AUTH (openwhisk also by ~/.wskprops), or by AWS_*',
  },
  'endpoint-url': { type: 'string', describe: 'the address of the platform, before that of the environment' },
  role: { type: 'string', describe: 'ARN of what a function of Lambda runs as; default FAASLAB_LAMBDA_ROLE' },
  delete: { type: 'boolean', describe: 'remove them, if faaslab deployed them' },
  'dry-run': { type: 'boolean', describe: 'ask the platform, say what would be done, change nothing' },
  runtime: {
    type: 'string',
    choices: ['node', 'python'],
    describe: "default: the first of the manifest's that the platform executes",
  },
  overwrite: { type: 'boolean', describe: 'replace a function that faaslab did not deploy' },
  insecure: { alias: 'i', type: 'boolean', describe: 'accept a certificate that cannot be verified' },
  json: { type: 'boolean', describe: 'one JSON document on stdout' },
  verbose: { alias: 'v', type: 'boolean', describe: 'show the stack of an error' },
} as const;

import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { ConfigError, EXIT } from '../common/errors.js';
import { parseFlags } from '../common/flags.js';
import type { DeployedFunction } from './deploy.js';
import type { RuntimeName } from './manifest.js';
import type { OpenWhiskTarget } from './targets/openwhisk.js';

interface Flags {
  folders: string[];
  to: 'embedded' | 'openwhisk' | 'lambda';
  delete: boolean;
  dryRun: boolean;
  runtime: RuntimeName | undefined;
  overwrite: boolean;
  insecure: boolean;
  json: boolean;
}

/** What became of one function; the shape of `--json`. */
interface Outcome {
  name: string;
  outcome: 'created' | 'updated' | 'deleted' | 'absent' | 'would deploy' | 'would delete';
  kind?: string;
  memory_mb?: number;
  timeout_ms?: number;
}

/**
 * `faaslab deploy FOLDER… --to PLATFORM`: creates or updates functions, or with `--delete` removes those that faaslab deployed.
 * @returns the exit code
 * @throws  ConfigError, PlatformError
 */
export async function deployCommand(args: string[]): Promise<number> {
  const flags = await parse(args);
  if (flags === null) return EXIT.done;
  if (flags.to === 'lambda') {
    throw new ConfigError('--to lambda: not supported yet; deploy to openwhisk or embedded');
  }
  const functions = await readFunctions(flags);
  const target = flags.dryRun ? null : await findTarget(flags);
  const outcomes: Outcome[] = [];
  for (const { folder, name } of functions) {
    const outcome = target === null ? await foretell(folder, name, flags) : await carryOut(folder, name, target, flags);
    outcomes.push(outcome);
    if (!flags.json) process.stdout.write(`${lineOf(outcome)}\n`);
  }
  if (flags.json) {
    process.stdout.write(`${JSON.stringify({ url: target?.access.apiHost ?? null, functions: outcomes })}\n`);
  }
  return EXIT.done;
}

/** All manifests are read before the first function is deployed: what is wrong with one stops all. */
async function readFunctions({ folders }: Flags): Promise<{ folder: string; name: string }[]> {
  const [{ findFunctionFolder }, { readManifest }] = await Promise.all([
    import('./find-function.js'),
    import('./manifest.js'),
  ]);
  const folderByName = new Map<string, string>();
  for (const given of folders) {
    // `functions/*` also names the README beside the functions.
    if (isFile(given)) {
      process.stderr.write(`faaslab deploy: ${given} is a file and was left out\n`);
      continue;
    }
    // `hello` alone is looked up as a config's application is; `functions/hello` is a path.
    const isPath = given.includes('/') || existsSync(join(given, 'manifest.json'));
    const folder = isPath ? given : findFunctionFolder(given, { cwd: process.cwd() });
    const { name } = await readManifest(folder);
    const other = folderByName.get(name);
    if (other !== undefined)
      throw new ConfigError(`${folder}: ${other} holds a function ${name}, too; deploy one of them`);
    folderByName.set(name, folder);
  }
  if (folderByName.size === 0) throw new ConfigError('there is no function among what was named; name its folder');
  return [...folderByName].map(([name, folder]) => ({ name, folder }));
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() === true;
}

async function findTarget({ to, insecure }: Flags): Promise<OpenWhiskTarget> {
  if (to === 'embedded' && !process.env['WHISK_APIHOST']) {
    throw new ConfigError(
      '--to embedded: start one with `faaslab platform`, then set WHISK_APIHOST and WHISK_AUTH to its',
    );
  }
  const { findOpenWhiskTarget } = await import('./targets/find-openwhisk.js');
  return findOpenWhiskTarget(insecure, (notice) => process.stderr.write(`faaslab deploy: ${notice}\n`));
}

async function foretell(folder: string, name: string, flags: Flags): Promise<Outcome> {
  if (flags.delete) return { name, outcome: 'would delete' };
  const { describeDeployment } = await import('./deploy.js');
  return { ...outcomeOf(await describeDeployment(folder, flags.runtime)), outcome: 'would deploy' };
}

async function carryOut(folder: string, name: string, target: OpenWhiskTarget, flags: Flags): Promise<Outcome> {
  const { deleteFunction, deployFolder } = await import('./deploy.js');
  if (flags.delete) return { name, outcome: (await deleteFunction(name, target)) ? 'deleted' : 'absent' };
  const { overwrite, runtime } = flags;
  return outcomeOf(await deployFolder(folder, target, { overwrite, ...(runtime === undefined ? {} : { runtime }) }));
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

/** @returns null where the help was asked for */
async function parse(args: string[]): Promise<Flags | null> {
  const parsed = await parseFlags(args, {
    name: 'faaslab deploy',
    usage: 'FOLDER… --to embedded|openwhisk [options]',
    purpose: 'Creates or updates functions: a folder with code and a manifest.json each.',
    flags: FLAGS,
    takesWords: true,
  });
  if (parsed === null) return null;
  const { to, 'dry-run': dryRun, delete: remove, runtime, overwrite, insecure, json } = parsed.flags;
  if (parsed.words.length === 0) throw new ConfigError('which function? Name one or more folders');
  if (to === undefined) throw new ConfigError('to which platform? --to embedded or --to openwhisk');
  return { folders: parsed.words, to, delete: remove, dryRun, runtime, overwrite, insecure, json };
}

const FLAGS = {
  to: {
    type: 'string',
    choices: ['embedded', 'openwhisk', 'lambda'],
    describe: 'found by WHISK_APIHOST and WHISK_AUTH, openwhisk also by ~/.wskprops',
  },
  delete: { type: 'boolean', describe: 'remove them, if faaslab deployed them' },
  'dry-run': { type: 'boolean', describe: 'say what would be done, connect to nothing' },
  runtime: {
    type: 'string',
    choices: ['node', 'python'],
    describe: "default: the first of the manifest's that the platform executes",
  },
  overwrite: { type: 'boolean', describe: 'replace an action that faaslab did not deploy' },
  insecure: { alias: 'i', type: 'boolean', describe: 'accept a certificate that cannot be verified' },
  json: { type: 'boolean', describe: 'one JSON document on stdout' },
  verbose: { alias: 'v', type: 'boolean', describe: 'show the stack of an error' },
} as const;

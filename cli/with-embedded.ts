import { existsSync } from 'node:fs';
import { copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ConfigError } from '../common/errors.js';
import type { DeployTarget } from '../deployer/host.js';
import type { RunResult } from '../invoker/run.js';
import type { PlatformAccess } from '../platforms/access.js';
import { functionNameOf } from '../platforms/lambda/log-group.js';
import type { Manifest } from '../records/manifest.js';
import type { Workload } from '../workload/model.js';
import type { PlatformProcess } from './platform-process.js';

/**
 * A run on the embedded platform: starts it, deploys what the config names, runs, pulls the activations into the run
 * directory with the platform's own ground truth beside them, and ends the platform however the run went.
 * Keys pass in memory only.
 */
export async function withEmbedded(
  workload: Workload,
  run: (access: PlatformAccess) => Promise<RunResult>,
): Promise<RunResult> {
  if (workload.endpoint.kind === 'generic') {
    throw new ConfigError(
      '--embedded: a generic endpoint names its own URLs; leave the flag out, or name functions instead',
    );
  }
  const { findFunctionFolder } = await import('../deployer/find-function.js');
  const where = { configPath: workload.source.configPath, cwd: process.cwd() };
  // Looked up before anything starts: a name that nobody knows is an error of the config.
  const applications = new Set(workload.instances.map(({ application }) => application));
  const isLambda = workload.endpoint.kind === 'lambda';
  // Lambda's functions go by several names: an ARN, one with a qualifier.
  const names = new Set([...applications].map((name) => (isLambda ? functionNameOf(name) : name)));
  const folders = new Map([...names].map((name) => [name, findFunctionFolder(name, where)]));

  if (workload.endpoint.kind === 'wsk') await (await import('../platforms/wsk/binary.js')).findWsk();

  const { startPlatformProcess } = await import('./platform-process.js');
  const platform = await startPlatformProcess();
  try {
    await deploy(folders, targetOf(platform.access, isLambda));
    const result = await run(platform.access);
    return { ...result, manifest: await pull(result, platform, isLambda ? 'cloudwatch' : 'couchdb') };
  } finally {
    await platform.stop();
  }
}

/** @param folders by the name under which the config invokes the function, which may hold a package */
async function deploy(folders: Map<string, string>, target: DeployTarget): Promise<void> {
  const { deployFolder } = await import('../deployer/deploy.js');
  for (const [application, folder] of folders) await deployFolder(folder, target, { application });
}

function targetOf({ openwhisk, lambda }: PlatformAccess, isLambda: boolean): DeployTarget {
  if (!isLambda) return { kind: 'openwhisk', access: openwhisk! };
  const { endpointUrl, region, accessKeyId, secretAccessKey } = lambda!;
  return {
    kind: 'lambda',
    place: { region, endpointUrl, insecure: false },
    credentials: { accessKeyId, secretAccessKey },
    role: null,
  };
}

/**
 * After this the run directory is complete: the platform can end, and any analysis works from the files.
 * @returns the manifest, which now says what was pulled
 */
async function pull(
  result: RunResult,
  platform: PlatformProcess,
  sourceName: 'couchdb' | 'cloudwatch',
): Promise<Manifest> {
  const [{ pullActivations }, { activationSource }, { readManifest }] = await Promise.all([
    import('../analyzer/pull.js'),
    import('../platforms/sources.js'),
    import('../records/manifest.js'),
  ]);
  const source = await activationSource(result.manifest, {
    source: sourceName,
    runDirectory: result.directory,
    access: platform.access,
    insecure: false,
  });
  await pullActivations(result.directory, source, { waitS: 10 });
  const truth = join(platform.stateFolder, 'truth.ndjson');
  if (existsSync(truth)) await copyFile(truth, join(result.directory, 'truth.ndjson'));
  return readManifest(result.directory);
}

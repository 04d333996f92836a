import { ConfigError, PlatformError } from '../common/errors.js';
import { openHost, type DeployTarget, type FunctionHost } from './host.js';
import { readManifest, type FunctionManifest, type RuntimeName } from './manifest.js';

export interface DeployOptions {
  /** the name under which it is deployed, on OpenWhisk `[/namespace/][package/]action`; absent = the manifest's name */
  application?: string;
  /** absent = the first of the manifest's that the platform executes */
  runtime?: RuntimeName;
  /** replace a function that faaslab did not deploy */
  overwrite?: boolean;
}

export interface DeployedFunction {
  application: string;
  kind: string;
  memoryMb: number;
  timeoutMs: number;
  /** false: it was there before */
  created: boolean;
}

/** One function that can be deployed: nothing known speaks against it. */
export interface Deployment {
  deployed: DeployedFunction;
  /** creates or updates it */
  carryOut(): Promise<void>;
}

/**
 * Creates or updates a function.
 * @throws ConfigError   the manifest cannot be used, or has no such runtime
 * @throws PlatformError unreachable, wrong key, refused; a function of this name is somebody else's
 */
export async function deployFolder(
  folder: string,
  target: DeployTarget,
  options: DeployOptions = {},
): Promise<DeployedFunction> {
  const manifest = await readManifest(folder);
  const host = await openHost(target);
  try {
    const { deployed, carryOut } = await planDeployment(manifest, host, options);
    await carryOut();
    return deployed;
  } finally {
    await host.close();
  }
}

/** What deploying a function would do; asks the platform and changes nothing. @throws as `deployFolder` */
export async function planDeployment(
  manifest: FunctionManifest,
  host: FunctionHost,
  options: DeployOptions = {},
): Promise<Deployment> {
  const { application = manifest.name, overwrite = false } = options;
  const runtime = chooseRuntime(manifest, await host.runtimes(), options.runtime);
  const owner = await host.ownerOf(application);
  if (owner === 'other' && !overwrite) {
    throw new PlatformError(
      `${application}: a function of this name is there and was not deployed by faaslab; --overwrite replaces it`,
    );
  }
  const exists = owner !== null;
  host.check(application, exists);
  const { memoryMb, timeoutMs } = manifest;
  return {
    deployed: { application, kind: host.kindOf(runtime), memoryMb, timeoutMs, created: !exists },
    carryOut: () => host.put(application, manifest, runtime, exists),
  };
}

/**
 * Deletes a function that faaslab deployed.
 * @returns false if there was none
 * @throws PlatformError unreachable, wrong key, or the function is not faaslab's
 */
export async function deleteFunction(application: string, target: DeployTarget): Promise<boolean> {
  const host = await openHost(target);
  try {
    const exists = await mayDelete(application, host);
    if (exists) await host.remove(application);
    return exists;
  } finally {
    await host.close();
  }
}

/** Whether there is such a function of ours. @throws PlatformError it is somebody else's */
export async function mayDelete(application: string, host: FunctionHost): Promise<boolean> {
  const owner = await host.ownerOf(application);
  if (owner === 'other') {
    throw new PlatformError(`${application}: it was not deployed by faaslab and stays; ${host.removal} removes it`);
  }
  return owner === 'faaslab';
}

/** @param executed what the platform executes; null = unknown, then it must find out itself */
export function chooseRuntime(
  { name, runtimes }: FunctionManifest,
  executed: RuntimeName[] | null,
  asked: RuntimeName | undefined,
): RuntimeName {
  const offered = [...runtimes.keys()];
  if (asked !== undefined) {
    if (runtimes.has(asked)) return asked;
    throw new ConfigError(`${name}: has no runtime ${asked} (${offered.join(', ')})`);
  }
  const executable = offered.find((runtime) => executed === null || executed.includes(runtime));
  if (executable !== undefined) return executable;
  throw new PlatformError(
    `${name}: needs ${offered.join(' or ')}; the platform executes ${executed!.join(', ') || 'neither'}`,
  );
}

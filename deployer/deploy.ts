import { readFile } from 'node:fs/promises';
import { ConfigError, PlatformError } from '../common/errors.js';
import { readManifest, type FunctionManifest, type RuntimeName } from './manifest.js';
import { openWhiskClient, type Action, type ActionContent, type OpenWhiskTarget } from './targets/openwhisk.js';

export interface DeployOptions {
  /** the name under which it is deployed, `[/namespace/][package/]action`; absent = the manifest's name */
  application?: string;
  /** absent = the first of the manifest's that the platform executes */
  runtime?: RuntimeName;
  /** replace an action that faaslab did not deploy */
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

/** Marks what is ours: only that is replaced or deleted. */
const MARK = { key: 'deployed-by', value: 'faaslab' };

/** A runtime's language as OpenWhisk calls it; `LANGUAGE:default` is the platform's own choice of version. */
const LANGUAGE: Record<RuntimeName, string> = { node: 'nodejs', python: 'python' };

/**
 * Creates or updates a function on OpenWhisk, its single file of code as text.
 * @throws ConfigError   the manifest cannot be used, or has no such runtime
 * @throws PlatformError unreachable, wrong key, refused; an action of this name is somebody else's
 */
export async function deployFolder(
  folder: string,
  target: OpenWhiskTarget,
  options: DeployOptions = {},
): Promise<DeployedFunction> {
  const manifest = await readManifest(folder);
  const { application = manifest.name } = options;
  const client = openWhiskClient(target);
  try {
    const runtime = chooseRuntime(manifest, await client.languages(), options.runtime);
    const existing = await client.action(application);
    if (existing !== null && !isOurs(existing) && options.overwrite !== true) {
      throw new PlatformError(
        `${application}: an action of this name is there and was not deployed by faaslab; --overwrite replaces it`,
      );
    }
    const content = await actionContent(manifest, runtime);
    await client.putAction(application, content);
    const { memoryMb, timeoutMs } = manifest;
    return { application, kind: content.exec.kind, memoryMb, timeoutMs, created: existing === null };
  } finally {
    await client.close();
  }
}

/**
 * Deletes a function that faaslab deployed.
 * @returns false if there was none
 * @throws PlatformError unreachable, wrong key, or the action is not faaslab's
 */
export async function deleteFunction(application: string, target: OpenWhiskTarget): Promise<boolean> {
  const client = openWhiskClient(target);
  try {
    const existing = await client.action(application);
    if (existing === null) return false;
    if (!isOurs(existing)) {
      throw new PlatformError(`${application}: it was not deployed by faaslab and stays; wsk action delete removes it`);
    }
    await client.deleteAction(application);
    return true;
  } finally {
    await client.close();
  }
}

/** @param languages what the platform executes; null = unknown, then it must find out itself */
function chooseRuntime(
  { name, runtimes }: FunctionManifest,
  languages: string[] | null,
  asked: RuntimeName | undefined,
): RuntimeName {
  const offered = [...runtimes.keys()];
  if (asked !== undefined) {
    if (runtimes.has(asked)) return asked;
    throw new ConfigError(`${name}: has no runtime ${asked} (${offered.join(', ')})`);
  }
  const executable = offered.find((runtime) => languages === null || languages.includes(LANGUAGE[runtime]));
  if (executable !== undefined) return executable;
  throw new PlatformError(`${name}: needs ${offered.join(' or ')}; the platform executes ${languages!.join(', ')}`);
}

/** What `deployFolder` would do, without a platform. */
export async function describeDeployment(folder: string, runtime?: RuntimeName): Promise<DeployedFunction> {
  const manifest = await readManifest(folder);
  const { kind } = (await actionContent(manifest, chooseRuntime(manifest, null, runtime))).exec;
  return {
    application: manifest.name,
    kind,
    memoryMb: manifest.memoryMb,
    timeoutMs: manifest.timeoutMs,
    created: true,
  };
}

async function actionContent(manifest: FunctionManifest, runtime: RuntimeName): Promise<ActionContent> {
  const { path, main } = manifest.runtimes.get(runtime)!;
  return {
    exec: { kind: `${LANGUAGE[runtime]}:default`, code: await readFile(path, 'utf8'), main, binary: false },
    limits: { memory: manifest.memoryMb, timeout: manifest.timeoutMs },
    annotations: [
      MARK,
      // Without this an updated action is handed the key of its owner.
      { key: 'provide-api-key', value: false },
      { key: 'web-export', value: manifest.webExport },
      ...(manifest.webExport
        ? [
            { key: 'raw-http', value: false },
            { key: 'final', value: true },
          ]
        : []),
    ],
  };
}

function isOurs({ annotations }: Action): boolean {
  return annotations.some(({ key, value }) => key === MARK.key && value === MARK.value);
}

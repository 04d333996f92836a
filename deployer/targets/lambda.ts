import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import {
  CreateFunctionCommand,
  DeleteFunctionCommand,
  GetFunctionCommand,
  TagResourceCommand,
  UpdateFunctionCodeCommand,
  UpdateFunctionConfigurationCommand,
  waitUntilFunctionActiveV2,
  waitUntilFunctionUpdatedV2,
  type GetFunctionCommandOutput,
} from '@aws-sdk/client-lambda';
import { ConfigError, PlatformError } from '../../common/errors.js';
import { lambdaClient, type LambdaCredentials, type LambdaPlace } from '../../platforms/lambda/client.js';
import { isOnAws } from '../../platforms/lambda/hosts.js';
import { MARK, type FunctionHost } from '../host.js';
import type { FunctionManifest, RuntimeName } from '../manifest.js';
import { zipOf } from '../zip.js';
import { askingAt } from './lambda-refusal.js';

/** Where Lambda is, and with which keys. */
export interface LambdaTarget {
  kind: 'lambda';
  place: LambdaPlace;
  /** in memory; absent = AWS's own chain */
  credentials?: LambdaCredentials;
  /** what new functions run as; null = an emulator's choice */
  role: string | null;
}

/** AWS Lambda's names, of versions that it supports beyond 2026. */
const KIND: Record<RuntimeName, string> = { node: 'nodejs22.x', python: 'python3.13' };

/** Emulators take a role as given, but want one. */
const ANY_ROLE = 'arn:aws:iam::000000000000:role/faaslab';

/** An update of one small file takes a second or two. */
const PATIENCE_S = 60;

/** How messages call a place. */
export function placeName({ region, endpointUrl }: LambdaPlace): string {
  return endpointUrl === undefined ? `Lambda in ${region}` : `Lambda at ${endpointUrl}`;
}

/** Lambda, also an emulator of it; a function is a zip archive with its single file of code. */
export function lambdaHost({ place, credentials, role }: LambdaTarget): FunctionHost {
  const client = lambdaClient(place, credentials);
  const { endpointUrl } = place;
  const onAws = isOnAws(place);
  const where = placeName(place);
  const ask = askingAt(where);

  /** Neither an update under way nor one that failed: only then it can be invoked, or updated again. */
  async function settled(FunctionName: string, wait: typeof waitUntilFunctionActiveV2): Promise<void> {
    try {
      await wait({ client, maxWaitTime: PATIENCE_S, minDelay: 1, maxDelay: 2 }, { FunctionName });
    } catch (error) {
      const { Configuration = {} } = (await find(FunctionName)) ?? {};
      const { LastUpdateStatusReason, StateReason } = Configuration;
      const why = LastUpdateStatusReason ?? StateReason ?? `nothing within ${PATIENCE_S} s`;
      throw new PlatformError(`${where} did not get ${FunctionName} ready: ${why}`, { cause: error });
    }
  }
  async function find(FunctionName: string): Promise<GetFunctionCommandOutput | null> {
    return ask(`look up ${FunctionName}`, async () => {
      try {
        return await client.send(new GetFunctionCommand({ FunctionName }));
      } catch (error) {
        if ((error as Error).name === 'ResourceNotFoundException') return null;
        throw error;
      }
    });
  }
  async function create(FunctionName: string, manifest: FunctionManifest, runtime: RuntimeName): Promise<void> {
    const content = { ZipFile: await archiveOf(manifest, runtime) };
    const settings = { ...settingsOf(manifest, runtime), Role: role ?? ANY_ROLE };
    const Tags = { [MARK.key]: MARK.value };
    await ask(`create ${FunctionName}`, async () => {
      await client.send(new CreateFunctionCommand({ FunctionName, Code: content, Tags, ...settings }));
      await settled(FunctionName, waitUntilFunctionActiveV2);
    });
  }
  async function update(FunctionName: string, manifest: FunctionManifest, runtime: RuntimeName): Promise<void> {
    const ZipFile = await archiveOf(manifest, runtime);
    const settings = { ...settingsOf(manifest, runtime), ...(role === null ? {} : { Role: role }) };
    await ask(`update ${FunctionName}`, async () => {
      // Each must have come to its end before the other begins: Lambda refuses both at once.
      await client.send(new UpdateFunctionCodeCommand({ FunctionName, ZipFile }));
      await settled(FunctionName, waitUntilFunctionUpdatedV2);
      await client.send(new UpdateFunctionConfigurationCommand({ FunctionName, ...settings }));
      await settled(FunctionName, waitUntilFunctionUpdatedV2);
    });
    const found = await find(FunctionName);
    if (found !== null && !isOurs(found)) {
      const Resource = found.Configuration!.FunctionArn!;
      const Tags = { [MARK.key]: MARK.value };
      await ask(`tag ${FunctionName}`, () => client.send(new TagResourceCommand({ Resource, Tags })));
    }
  }

  return {
    url: endpointUrl ?? null,
    removal: 'aws lambda delete-function',
    runtimes: async () => null,
    kindOf: (runtime) => KIND[runtime],
    async ownerOf(application) {
      const found = await find(application);
      if (found === null) return null;
      return isOurs(found) ? 'faaslab' : 'other';
    },
    check(application, exists) {
      if (onAws && role === null && !exists) {
        throw new ConfigError(
          `${application}: a new function needs a role: --role ARN, or FAASLAB_LAMBDA_ROLE (one with AWSLambdaBasicExecutionRole)`,
        );
      }
    },
    put: (application, manifest, runtime, exists) => (exists ? update : create)(application, manifest, runtime),
    async remove(FunctionName) {
      await ask(`delete ${FunctionName}`, () => client.send(new DeleteFunctionCommand({ FunctionName })));
    },
    async close() {
      client.destroy();
    },
  };
}

function settingsOf(manifest: FunctionManifest, runtime: RuntimeName) {
  return {
    // A name that this release of the SDK may not list yet is sent as it is.
    Runtime: KIND[runtime] as never,
    Handler: manifest.runtimes.get(runtime)!.handler,
    MemorySize: manifest.memoryMb,
    Timeout: Math.ceil(manifest.timeoutMs / 1000),
  };
}

async function archiveOf({ runtimes }: FunctionManifest, runtime: RuntimeName): Promise<Buffer> {
  const { path } = runtimes.get(runtime)!;
  return zipOf([{ path: basename(path), content: await readFile(path) }]);
}

function isOurs({ Tags }: GetFunctionCommandOutput): boolean {
  return Tags?.[MARK.key] === MARK.value;
}

import type { FunctionManifest, RuntimeName } from './manifest.js';
import type { LambdaTarget } from './targets/lambda.js';
import type { OpenWhiskTarget } from './targets/openwhisk.js';

/** Where to deploy, and with which key. */
export type DeployTarget = OpenWhiskTarget | LambdaTarget;

/** Marks what is ours, as an annotation on OpenWhisk and a tag on Lambda: only that is replaced or deleted. */
export const MARK = { key: 'deployed-by', value: 'faaslab' };

/** A platform as deploying sees it. Every call throws a PlatformError that a user can understand. */
export interface FunctionHost {
  /** its address; null where the SDK derives it from the Region */
  url: string | null;
  /** the runtimes that it executes; null where it does not tell */
  runtimes(): Promise<RuntimeName[] | null>;
  /** the platform's name of a runtime, e.g. `nodejs:default` */
  kindOf(runtime: RuntimeName): string;
  /** whose function of this name is there; null = there is none */
  ownerOf(application: string): Promise<'faaslab' | 'other' | null>;
  /** what would make `put` fail before it began. @throws ConfigError */
  check(application: string, exists: boolean): void;
  /** creates or replaces the function, marked as ours, and returns when it can be invoked */
  put(application: string, manifest: FunctionManifest, runtime: RuntimeName, exists: boolean): Promise<void>;
  remove(application: string): Promise<void>;
  /** how somebody deletes by hand what is not ours */
  removal: string;
  close(): Promise<void>;
}

/** Connects nothing yet; each kind of platform loads its own client only. */
export async function openHost(target: DeployTarget): Promise<FunctionHost> {
  if (target.kind === 'lambda') return (await import('./targets/lambda.js')).lambdaHost(target);
  return (await import('./targets/openwhisk-host.js')).openWhiskHost(target);
}

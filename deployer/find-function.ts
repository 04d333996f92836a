import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { ConfigError } from '../common/errors.js';
import { packageRoot } from '../common/package-root.js';
import { parseActionPath } from '../platforms/openwhisk/action-path.js';

export interface SearchPlaces {
  /** a config beside which `functions/` may lie */
  configPath?: string;
  cwd: string;
}

/**
 * The folder that an application of a config is deployed from: `functions/NAME` beside the config, then under the working
 * directory, then in the package. NAME is the action's, without package and namespace.
 * @throws ConfigError naming the places looked at
 */
export function findFunctionFolder(application: string, { configPath, cwd }: SearchPlaces): string {
  const { action } = parseActionPath(application);
  const roots = [...(configPath === undefined ? [] : [dirname(resolve(configPath))]), resolve(cwd), packageRoot];
  // A name of a config is data: it may name a folder below functions/ and nothing else.
  const isFolderName = /^[\w@-][\w@ .-]*$/.test(action);
  const folders = isFolderName ? [...new Set(roots)].map((root) => join(root, 'functions', action)) : [];
  const found = folders.find((folder) => existsSync(join(folder, 'manifest.json')));
  if (found !== undefined) return found;
  const looked = isFolderName ? `looked for manifest.json in ${folders.join(', ')}` : 'no folder has such a name';
  throw new ConfigError(`unknown function ${JSON.stringify(application)}: ${looked}`);
}

import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { optionalTool } from '../support/tools.js';

/** The newest commit of Apache's openwhisk-cli (2024-09-24), which is later than its last release, 1.2.0. */
const VERSION = 'v0.0.0-20240924142310-23f3cf73b812';

/**
 * The folder of a real `wsk`, built once for a user and kept in his cache; the first time takes half a minute and the
 * network. Undefined where there is no Go to build it: then its tests are left out; in CI that is an error.
 */
export function realWskFolder(): string | undefined {
  const cache = process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache');
  const wsk = join(cache, 'faaslab', 'peers', `wsk-${VERSION}`, 'wsk');
  if (!existsSync(wsk)) {
    const go = optionalTool('go');
    if (go === undefined) return undefined;
    execFileSync(join(import.meta.dirname, 'build-wsk.sh'), [VERSION, wsk], {
      stdio: ['ignore', 'inherit', 'inherit'],
    });
  }
  return dirname(wsk);
}

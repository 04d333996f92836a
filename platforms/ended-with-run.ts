import { PlatformError } from '../common/errors.js';
import type { Manifest } from '../records/manifest.js';
import type { PlatformAccess } from './access.js';

/**
 * Refuses to look for a platform that was started for its run: no key and no address leads to it any more, and whatever the
 * environment names is another one. While the run itself pulls, its access is in memory.
 * @throws PlatformError
 */
export function refuseEndedPlatform({ endpoint }: Manifest, access: PlatformAccess | undefined): void {
  if (endpoint.started_for_run !== true || access !== undefined) return;
  throw new PlatformError(
    'the platform of this run was started for it by --embedded and ended with it; its activations are gone, but for what had been pulled: --source records analyses what lies in the run directory',
  );
}

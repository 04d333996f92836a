import type { Manifest } from '../../records/manifest.js';
import { isAws } from './hosts.js';

/** The SDK's own variables for the address of a service. */
export const LOGS_ENDPOINT = 'AWS_ENDPOINT_URL_CLOUDWATCH_LOGS';
export const XRAY_ENDPOINT = 'AWS_ENDPOINT_URL_XRAY';

/** Whether a run went to AWS itself, and not to an emulator. */
export function ranOnAws({ endpoint: { url } }: Manifest): boolean {
  return URL.canParse(url) && isAws(new URL(url).hostname);
}

/** The address that a service's variable names, or the one for all services. */
export function endpointIn(variable: string): string | undefined {
  for (const name of [variable, 'AWS_ENDPOINT_URL']) {
    const value = process.env[name];
    if (value !== undefined && value !== '') return value;
  }
  return undefined;
}

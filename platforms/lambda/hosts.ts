import type { LambdaPlace } from './client.js';

/** Whether a host is AWS's own, in any partition, also by an endpoint in one's own network. */
export function isAws(hostname: string): boolean {
  return /\.(amazonaws\.com(\.cn)?|api\.aws|amazonwebservices\.com\.cn)$/.test(hostname);
}

/** Whether a place is AWS itself, and not an emulator: without an address of its own it is the Region's. */
export function isOnAws({ endpointUrl }: Pick<LambdaPlace, 'endpointUrl'>): boolean {
  return endpointUrl === undefined || isAws(new URL(endpointUrl).hostname);
}

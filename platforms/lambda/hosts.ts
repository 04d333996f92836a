/** Whether a host is AWS's own, in any partition, also by an endpoint in one's own network. */
export function isAws(hostname: string): boolean {
  return /\.(amazonaws\.com(\.cn)?|api\.aws|amazonwebservices\.com\.cn)$/.test(hostname);
}

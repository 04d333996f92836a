/** The version of an entity that replaces another: `0.0.2` after `0.0.1`. */
export function nextVersion(asked: unknown, before: string | undefined): string {
  if (typeof asked === 'string' && /^\d+\.\d+\.\d+$/.test(asked)) return asked;
  const [major, minor, patch] = (before ?? '0.0.0').split('.').map(Number);
  return `${major ?? 0}.${minor ?? 0}.${(patch ?? 0) + 1}`;
}

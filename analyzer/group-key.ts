export type Scope = 'function' | 'instance' | 'overall';

/** Functions and instances may share a name, and either may be called `overall`. */
export function groupKey(scope: Scope, name: string): string {
  return `${scope}:${name}`;
}

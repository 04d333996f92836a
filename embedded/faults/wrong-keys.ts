import type { z } from 'zod';

/** A line for each wrong key of a file: where it is, what it must be, what it is. */
export function wrongKeys(path: string, content: unknown, issues: z.core.$ZodIssue[]): string[] {
  return issues.flatMap((found) => {
    const issue = deepest(found);
    const at = issue.path.map(String);
    if (issue.code === 'unrecognized_keys') {
      return issue.keys.map((key) => `${path}: ${[...at, key].join('.')}: unknown key`);
    }
    const where = at.length === 0 ? '' : `${at.join('.')}: `;
    return [`${path}: ${where}${issue.message}, got ${shown(valueAt(content, issue.path))}`];
  });
}

/** Of an object that was given for a delay, what is wrong inside it says more than that it is neither of two things. */
function deepest(issue: z.core.$ZodIssue): z.core.$ZodIssue {
  if (issue.code !== 'invalid_union') return issue;
  const inner = issue.errors.flat().find((each) => each.path.length > 0 && each.path[0] !== 'distribution');
  const unknown = issue.errors.flat().find((each) => each.code === 'unrecognized_keys');
  const told = inner ?? unknown;
  return told === undefined ? issue : { ...deepest(told), path: [...issue.path, ...told.path] };
}

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>((at, step) => (at as Record<PropertyKey, unknown> | undefined)?.[step], value);
}

function shown(value: unknown): string {
  const text = value === undefined ? 'nothing' : JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}

/** Exit codes of every command; where several apply, the order is interrupted, usage, failed, invalid, gate. */
export const EXIT = { done: 0, failed: 1, usage: 2, invalid: 3, gate: 4, interrupted: 130 } as const;

/**
 * A fault that a user can understand and mend: its message is one line (or one line a finding) that says what is wrong,
 * where, and what to do. Anything that is not a FaaslabError is a defect of ours and shows its stack with --verbose.
 */
export class FaaslabError extends Error {
  readonly exitCode: number = EXIT.failed;
  override readonly name: string = 'FaaslabError';
}

/** Wrong flags, a config that cannot be, a named file that is missing: nothing was started. */
export class ConfigError extends FaaslabError {
  override readonly exitCode: number = EXIT.usage;
  override readonly name = 'ConfigError';
}

/** A platform or its database cannot be reached, refuses the key, or answers what nobody can use. */
export class PlatformError extends FaaslabError {
  override readonly name = 'PlatformError';
}

/** A run directory or an archive is missing, broken, or cannot be written. */
export class RecordsError extends FaaslabError {
  override readonly name = 'RecordsError';
}

/** The code of a Node system error such as ECONNREFUSED, looked for along the chain of causes. */
export function systemErrorCode(error: unknown): string | undefined {
  for (let at: unknown = error; at instanceof Error; at = at.cause) {
    const code = (at as NodeJS.ErrnoException).code;
    if (typeof code === 'string') return code;
  }
  return undefined;
}

/** The message of anything thrown, in one line. */
export function messageOf(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).replaceAll(/\s*\n\s*/g, ' ');
}

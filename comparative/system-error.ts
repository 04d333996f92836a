/** Of the file system, itself or as its cause; the drawing library's errors have a code too, but no number. */
export function isSystemError(error: unknown): boolean {
  for (let at = error; at instanceof Error; at = at.cause) {
    if (typeof (at as NodeJS.ErrnoException).errno === 'number') return true;
  }
  return false;
}

import type { ActivationReader } from '../../platforms/platform.js';

/** A reader that awaits every activation it is asked about. */
export function asking(warnings: string[] = []): ActivationReader {
  return {
    awaited: (ids) => Promise.resolve([...ids]),
    onWarning: (warning) => warnings.push(warning),
  };
}

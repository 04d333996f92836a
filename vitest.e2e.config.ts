import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

// From the command line to the last file and the page in a browser: what `npm test` sees in parts, here as a user has it.
export default defineConfig({
  test: {
    include: ['tests/e2e/**/*.test.ts', 'tests/browser/**/*.test.ts'],
    reporters: ['default', './tests/closing-line.ts'],
    testTimeout: 120_000,
    hookTimeout: 60_000,
    pool: 'forks',
    maxWorkers: availableParallelism(),
  },
});

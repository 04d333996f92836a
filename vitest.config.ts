import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

// Processes, servers and browsers are real in these tests, so the limits guard against hanging only; speed is measured in benchmarks/.
export default defineConfig({
  test: {
    include: ['tests/**/*.test.ts'],
    exclude: ['tests/peers/**'],
    reporters: ['default', './tests/closing-line.ts'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    pool: 'forks',
    // Many tests wait for processes rather than compute: one file at a time would leave two cores half idle.
    maxWorkers: Math.max(2, availableParallelism() - 1),
  },
});

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
    // Many tests wait for processes rather than compute: as many files at a time as cores would leave a quarter of them idle.
    maxWorkers: availableParallelism() + 1,
  },
});

import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

/** These watch a process or replace a module of Node's: each has a process of its own. */
const ALONE = [
  'tests/platforms/http/addresses.test.ts',
  'tests/platforms/http/cached-lookup.test.ts',
  'tests/workload/plan-memory.test.ts',
];

// Processes, servers and browsers are real in these tests, so the limits guard against hanging only; speed is measured in benchmarks/.
export default defineConfig({
  test: {
    reporters: ['default', './tests/closing-line.ts'],
    pool: 'forks',
    // Many tests wait for processes rather than compute: as many files at a time as cores would leave a quarter of them idle.
    maxWorkers: availableParallelism() + 2,
    projects: [
      {
        extends: true,
        test: {
          name: 'all',
          include: ['tests/**/*.test.ts'],
          exclude: ['tests/peers/**', 'tests/e2e/**', 'tests/browser/**', ...ALONE],
          // Starting a process and loading the same modules anew for each file took a seventh of the suite's processor time.
          isolate: false,
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      { extends: true, test: { name: 'alone', include: ALONE, testTimeout: 60_000, hookTimeout: 60_000 } },
    ],
  },
});

import { defineConfig } from 'vitest/config';

// Against real peers that have to be built or installed first (tests/peers/): slower, and a command of its own.
export default defineConfig({
  test: {
    include: ['tests/peers/**/*.test.ts'],
    reporters: ['default', './tests/closing-line.ts'],
    testTimeout: 120_000,
    // The first run builds what it needs.
    hookTimeout: 600_000,
    pool: 'forks',
    maxWorkers: 1,
  },
});

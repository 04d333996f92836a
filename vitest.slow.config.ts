import { defineConfig } from 'vitest/config';

// What installs the package or walks the whole way several times: seldom broken alone, and too long for every `npm test`.
export default defineConfig({
  test: {
    include: ['tests/**/*.slow.test.ts'],
    reporters: ['default', './tests/closing-line.ts'],
    testTimeout: 240_000,
    hookTimeout: 60_000,
    pool: 'forks',
    maxWorkers: 1,
  },
});

import { defineConfig } from 'vitest/config';

// Against a real CouchDB that COUCHDB_URL names: filling it and building its index may take minutes.
export default defineConfig({
  test: {
    include: ['tests/couchdb/*.peer.ts'],
    reporters: ['default', './tests/closing-line.ts'],
    testTimeout: 1_800_000,
    hookTimeout: 3_600_000,
    pool: 'forks',
    maxWorkers: 1,
  },
});

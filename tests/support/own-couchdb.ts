import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startTestPlatform } from '../embedded/platform-fixture.js';
import type { testCouchDbPath } from './couchdb-path.js';

type OpenDatabase = Parameters<typeof testCouchDbPath>[0];

/** The database of our own platform, as its users start it, filled with the documents of a test. */
export const ownDatabase: OpenDatabase = async ({ documents }) => {
  const state = await mkdtemp(join(tmpdir(), 'faaslab-test-'));
  await writeFile(
    join(state, 'activations.ndjson'),
    documents.map((document) => `${JSON.stringify(document)}\n`).join(''),
  );
  const platform = await startTestPlatform(['--state', state]);
  return {
    access: platform.couchdb,
    async close() {
      await platform.stop();
      await rm(state, { recursive: true });
    },
  };
};

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startTestPlatform } from '../embedded/platform-fixture.js';
import { testCouchDbPath } from '../support/couchdb-path.js';

/** Against the database of our own platform, as its users start it; `npm run test:couchdb` asks the same of a real CouchDB. */
testCouchDbPath(
  async ({ documents }) => {
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
  },
  { documents: 100_000, tied: 12_000 },
);

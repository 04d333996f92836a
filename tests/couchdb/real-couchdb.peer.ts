import { plainUrl } from '../../platforms/sources.js';
import { testCouchDbPath } from '../support/couchdb-path.js';
import { openScratchDatabase } from './scratch-database.js';

/** `COUCHDB_URL=… COUCHDB_USER=… COUCHDB_PASSWORD=… npm run test:couchdb`: the path from a real CouchDB, in a scratch database. */
const { COUCHDB_URL = '', COUCHDB_USER = '', COUCHDB_PASSWORD = '' } = process.env;
const server = { url: plainUrl(COUCHDB_URL, 'COUCHDB_URL'), username: COUCHDB_USER, password: COUCHDB_PASSWORD };

// Whoever kills the test has to delete it by hand.
const announce = (place: string): unknown => process.stderr.write(`scratch database: ${place}\n`);

testCouchDbPath(({ documents }) => openScratchDatabase(server, documents, announce), {
  documents: 100_000,
  tied: 12_000,
});

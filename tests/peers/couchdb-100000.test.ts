import { testCouchDbPath } from '../support/couchdb-path.js';
import { ownDatabase } from '../support/own-couchdb.js';

// No peer, but as slow as one: the whole path over HTTP at 100,000 documents.
testCouchDbPath(ownDatabase, { documents: 100_000, tied: 12_000 });

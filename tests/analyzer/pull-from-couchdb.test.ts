import { testCouchDbPath } from '../support/couchdb-path.js';
import { ownDatabase } from '../support/own-couchdb.js';

/**
 * Against the database of our own platform; more documents of one start than a page has ids. `npm run test:peers` asks the
 * same of 100,000 documents, `npm run test:couchdb` of a real CouchDB.
 */
testCouchDbPath(ownDatabase, { documents: 20_000, tied: 12_000 });

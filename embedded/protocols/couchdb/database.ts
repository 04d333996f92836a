import { summaryOf, type ActivationDocument } from '../../activations/record.js';
import type { ActivationStore } from '../../activations/store.js';
import { allDocsOfKeys, bulkGet, findDocument } from './documents.js';
import {
  answerJson,
  answerNotModified,
  answerStream,
  answerText,
  CouchError,
  readJson,
  type Exchange,
} from './exchange.js';
import { findAnswer } from './find.js';
import { checkReading } from './methods.js';
import { rowsById, rowsByNamespaceAndStart, rowsByStart } from './rows.js';
import { countAnswer, viewAnswer, type ViewShape } from './view.js';
import { checkTogether } from './view-checks.js';
import { viewOptionsOf, type ViewOptions } from './view-options.js';

/** The activations database. */
export interface Database {
  name: string;
  store: ActivationStore;
  /** epoch seconds */
  startTime: string;
}

/** What lies below `/{db}`. */
export async function databaseRoutes(database: Database, exchange: Exchange, names: readonly string[]): Promise<void> {
  const { response, method } = exchange;
  const [first = '', ...rest] = names;
  checkReading(method, names);
  switch (first) {
    case '':
      return answerJson(response, 200, informationOn(database));
    case '_all_docs':
      return answerAllDocs(database, exchange);
    case '_find':
      return answerText(response, 200, await findAnswer(database.store, await readJson(exchange)));
    case '_bulk_get':
      return answerText(response, 200, await bulkGet(database.store, exchange));
    case '_index':
      return answerJson(response, 200, INDEXES);
    case '_design':
      if (rest[1] === '_view' && rest.length === 3) return answerView(database, exchange, rest[0]!, rest[2]!);
  }
  return answerDocument(database, exchange, names);
}

/** The one that every database has: that of the ids. */
const INDEXES = {
  total_rows: 1,
  indexes: [{ ddoc: null, name: '_all_docs', type: 'special', def: { fields: [{ _id: 'asc' }] } }],
};

async function answerView(
  { store }: Database,
  exchange: Exchange,
  designName: string,
  viewName: string,
): Promise<void> {
  const views = VIEWS[designName];
  if (views === undefined) throw new CouchError(404, 'not_found', 'missing');
  const view = views[viewName];
  if (view === undefined) throw new CouchError(404, 'not_found', 'missing_named_view');
  const options = await optionsOf(exchange);
  const counts = view.counts && options.reduce !== false;
  checkTogether(options, counts);
  const shape = view.shape(store);
  if (counts) return answerText(exchange.response, 200, countAnswer(shape.rows, options));
  return answerStream(exchange.response, viewAnswer(store, shape, options));
}

/** The views of OpenWhisk's activations database that are read here. */
const VIEWS: Readonly<Record<string, Record<string, { counts: boolean; shape(store: ActivationStore): ViewShape }>>> = {
  activations: {
    byDate: {
      counts: false,
      shape: (store) => ({
        rows: rowsByStart(store),
        value: (docid, revision) => `["${docid}","${revision}"]`,
        needsDocument: false,
      }),
    },
  },
  'whisks.v2.1.0': {
    activations: {
      counts: true,
      shape: (store) => ({
        rows: rowsByNamespaceAndStart(store),
        value: (_docid, _revision, document) => JSON.stringify(summaryOf(JSON.parse(document!) as ActivationDocument)),
        needsDocument: true,
      }),
    },
  },
};

async function answerAllDocs({ store }: Database, exchange: Exchange): Promise<void> {
  const options = await optionsOf(exchange);
  if (options.keys !== undefined) {
    return answerText(exchange.response, 200, await allDocsOfKeys(store, options.keys, options));
  }
  checkTogether(options, false);
  const shape: ViewShape = {
    rows: rowsById(store),
    value: (_docid, revision) => `{"rev":"${revision}"}`,
    needsDocument: false,
  };
  return answerStream(exchange.response, viewAnswer(store, shape, options));
}

async function optionsOf(exchange: Exchange): Promise<ViewOptions> {
  return viewOptionsOf(exchange.query, exchange.method === 'POST' ? await readJson(exchange) : {});
}

async function answerDocument(
  { store }: Database,
  { request, response, query }: Exchange,
  names: readonly string[],
): Promise<void> {
  const found = names.length === 1 ? await findDocument(store, names[0]!) : null;
  const revision = query.get('rev');
  if (found === null || (revision !== null && revision !== found.revision)) {
    throw new CouchError(404, 'not_found', 'missing');
  }
  const tag = `"${found.revision}"`;
  if (request.headers['if-none-match'] === tag) return answerNotModified(response, tag);
  answerText(response, 200, `${found.text}\n`, { ETag: tag });
}

function informationOn({ name, store, startTime }: Database): Record<string, unknown> {
  const count = store.columns.count();
  return {
    instance_start_time: startTime,
    db_name: name,
    purge_seq: '0-faaslab',
    update_seq: `${count}-faaslab`,
    sizes: { file: store.bytes(), external: store.bytes(), active: store.bytes() },
    props: {},
    doc_del_count: 0,
    doc_count: count,
    disk_format_version: 8,
    compact_running: false,
    cluster: { q: 1, n: 1, w: 1, r: 1 },
  };
}

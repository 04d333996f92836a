import { summaryOf, type ActivationDocument } from '../../activations/record.js';
import type { ActivationStore } from '../../activations/store.js';
import { allDocsOfKeys, bulkGet, findDocument } from './documents.js';
import { answerJson, answerStream, answerText, CouchError, readJson, type Exchange } from './exchange.js';
import { findAnswer } from './find.js';
import { rowsById, rowsByNamespaceAndStart, rowsByStart } from './rows.js';
import { countAnswer, viewAnswer, type ViewShape } from './view.js';
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
  const { request, response } = exchange;
  const reading = request.method === 'GET' || request.method === 'HEAD';
  const [first, ...rest] = names;
  const posted = request.method === 'POST';
  if (first === undefined || first === '') {
    if (!reading) throw readOnly(request.method);
    return answerJson(response, 200, informationOn(database));
  }
  if (first === '_all_docs' && (reading || posted)) return answerAllDocs(database, exchange);
  if (first === '_find' && posted)
    return answerText(response, 200, await findAnswer(database.store, await readJson(exchange)));
  if (first === '_bulk_get' && posted) return answerText(response, 200, await bulkGet(database.store, exchange));
  if (first === '_design' && rest[1] === '_view' && rest.length === 3 && (reading || posted)) {
    return answerView(database, exchange, rest[0]!, rest[2]!);
  }
  if (!reading) throw readOnly(request.method);
  return answerDocument(database, exchange, names);
}

function readOnly(method: string | undefined): CouchError {
  if (method === 'PUT' || method === 'POST' || method === 'DELETE') {
    return new CouchError(403, 'forbidden', 'This database is written by the platform alone.');
  }
  return new CouchError(405, 'method_not_allowed', 'Only GET,HEAD,POST allowed');
}

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
  if (options.reduce === true && !view.counts) {
    throw new CouchError(400, 'query_parse_error', 'Reduce is invalid for map-only views.');
  }
  const shape = view.shape(store);
  if (view.counts && options.reduce !== false)
    return answerText(exchange.response, 200, countAnswer(shape.rows, options));
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
    return answerText(exchange.response, 200, await allDocsOfKeys(store, options.keys, options.includeDocs));
  }
  const shape: ViewShape = {
    rows: rowsById(store),
    value: (_docid, revision) => `{"rev":"${revision}"}`,
    needsDocument: false,
  };
  return answerStream(exchange.response, viewAnswer(store, shape, options));
}

async function optionsOf(exchange: Exchange): Promise<ViewOptions> {
  return viewOptionsOf(exchange.query, exchange.request.method === 'POST' ? await readJson(exchange) : {});
}

async function answerDocument({ store }: Database, { response }: Exchange, names: readonly string[]): Promise<void> {
  const found = names.length === 1 ? await findDocument(store, names[0]!) : null;
  if (found === null) throw new CouchError(404, 'not_found', 'missing');
  answerText(response, 200, `${found.text}\n`, { ETag: `"${found.revision}"` });
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

import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface RecordedRequest {
  method: string;
  url: URL;
  body: string;
  headers: IncomingMessage['headers'];
}

export interface RecordingServer {
  url: string;
  requests: RecordedRequest[];
  close(): Promise<void>;
}

/** An HTTP server on loopback that writes down what it is asked and answers as it is told. */
export async function recordingServer(
  answer: (request: RecordedRequest, response: ServerResponse, nth: number) => void,
): Promise<RecordingServer> {
  const requests: RecordedRequest[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { method = '', url = '/', headers } = request;
      const recorded = { method, url: new URL(url, 'http://x'), headers, body: Buffer.concat(chunks).toString() };
      requests.push(recorded);
      answer(recorded, response, requests.length);
    });
  });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    async close() {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    },
  };
}

export function json(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

export interface StoredDocument {
  _id: string;
  start: number;
}

/** A database as CouchDB 3 answers it: the view `byDate` and documents by their ids. */
export function databaseOf(documents: readonly StoredDocument[]) {
  const byId = byIds(documents);
  return ({ url, body }: RecordedRequest, response: ServerResponse): void => {
    if (url.pathname.endsWith('/_bulk_get')) json(response, 200, bulkGetAnswer(byId, body));
    else json(response, 200, byDateAnswer(documents, url));
  };
}

export function byIds(documents: readonly StoredDocument[]): Map<string, StoredDocument> {
  return new Map(documents.map((document) => [idOf(document), document]));
}

/** `_bulk_get`: what is not there has an error in its place. */
export function bulkGetAnswer(byId: ReadonlyMap<string, StoredDocument>, body: string): unknown {
  const { docs } = JSON.parse(body) as { docs: { id: string }[] };
  const missing = { rev: 'undefined', reason: 'missing', error: 'not_found' };
  return {
    results: docs.map(({ id }) => ({
      id,
      docs: [byId.has(id) ? { ok: byId.get(id) } : { error: { id, ...missing } }],
    })),
  };
}

/**
 * The view `byDate` of CouchDB 3 as documented: rows in order of (key, id), `startkey` with `startkey_docid`, `endkey`,
 * `limit`, both ends included. Ids are compared by code unit, as hexadecimal ids allow.
 */
export function byDateAnswer(documents: readonly StoredDocument[], { searchParams }: URL): unknown {
  const number = (name: string, otherwise: number): number =>
    searchParams.has(name) ? (JSON.parse(searchParams.get(name)!) as number) : otherwise;
  const startkey = number('startkey', -Infinity);
  const endkey = number('endkey', Infinity);
  const startId = searchParams.get('startkey_docid') ?? '';
  const withDocuments = searchParams.get('include_docs') === 'true';
  const rows = documents
    .map((doc) => ({ id: idOf(doc), key: doc.start, value: [idOf(doc), '1-0'], ...(withDocuments ? { doc } : {}) }))
    .toSorted((a, b) => a.key - b.key || (a.id < b.id ? -1 : 1))
    .filter(({ key, id }) => (key > startkey || (key === startkey && id >= startId)) && key <= endkey)
    .slice(0, number('limit', Infinity));
  return { total_rows: documents.length, offset: 0, rows };
}

function idOf({ _id: id }: StoredDocument): string {
  return id;
}

import type { ActivationEntry } from '../../activations/columns.js';
import { listRowOf, recordOf, responseShown, type ActivationDocument } from '../../activations/record.js';
import { answerJson, ApiError, methodNotAllowed, NOT_FOUND, Rejection, type Exchange } from './exchange.js';
import type { OpenwhiskFace } from './face.js';
import { booleanIn, integerIn, pageIn } from './query.js';

/** Lists activations, shows one, its log, or its result. */
export async function activationRoutes(
  face: OpenwhiskFace,
  exchange: Exchange,
  names: readonly string[],
): Promise<void> {
  if (exchange.method !== 'GET') throw methodNotAllowed('GET');
  const [activationId, part] = names;
  if (activationId === undefined || activationId === '') return listActivations(face, exchange);
  if (activationId.length !== 32) {
    throw new Rejection(400, `Activation id length is ${activationId.length} but must be 32.`);
  }
  const entry = face.platform.activations.find(activationId);
  if (entry === undefined) throw new ApiError(404, NOT_FOUND);
  const [document] = await documentsOf(face, [entry]);
  const shown = part === undefined ? recordOf(document!) : part === 'logs' ? { logs: document!.logs } : null;
  if (shown === null && part !== 'result') throw new ApiError(404, NOT_FOUND);
  answerJson(exchange, 200, JSON.stringify(shown ?? responseShown(document!)));
}

async function listActivations(face: OpenwhiskFace, exchange: Exchange): Promise<void> {
  const { query } = exchange;
  const { limit, skip } = pageIn(query, 'activations');
  const wanted = {
    name: query.get('name'),
    since: integerIn(query, 'since') ?? -Infinity,
    upto: integerIn(query, 'upto') ?? Infinity,
    skip,
  };
  if (booleanIn(query, 'count', false)) {
    if (booleanIn(query, 'docs', false)) throw new ApiError(400, "The parameter 'docs' is not permitted with 'count'.");
    const rows = newestFirst(face, wanted, Infinity);
    let count = 0;
    while (rows.next().done !== true) count += 1;
    return answerJson(exchange, 200, JSON.stringify({ activations: count }));
  }
  const { columns } = face.platform.activations;
  const entries = Array.from(newestFirst(face, wanted, limit), (row) => columns.entry(row));
  const documents = await documentsOf(face, entries);
  const rows = documents.map(booleanIn(query, 'docs', false) ? recordOf : listRowOf);
  answerJson(exchange, 200, JSON.stringify(rows));
}

interface Wanted {
  name: string | null;
  since: number;
  upto: number;
  skip: number;
}

/** Rows of the store, one by one: a count of all of them must not hold all of them. */
function* newestFirst(
  { platform }: OpenwhiskFace,
  { name, since, upto, skip }: Wanted,
  limit: number,
): Generator<number, void> {
  const { columns, byStart } = platform.activations;
  const of = name === null ? null : columns.numberOf(name);
  if (of === undefined) return;
  let skipped = 0;
  let found = 0;
  for (let place = byStart.lowerBound((row) => columns.start(row) <= upto) - 1; place >= 0; place -= 1) {
    const row = byStart.at(place);
    if (columns.start(row) < since || found >= limit) return;
    if (of !== null && columns.functionNumber(row) !== of) continue;
    if (skipped < skip) skipped += 1;
    else {
      found += 1;
      yield row;
    }
  }
}

async function documentsOf(
  { platform }: OpenwhiskFace,
  entries: readonly ActivationEntry[],
): Promise<ActivationDocument[]> {
  const texts = await platform.activations.documents(entries);
  return texts.map((text) => JSON.parse(text) as ActivationDocument);
}

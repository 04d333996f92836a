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
    return answerJson(exchange, 200, JSON.stringify({ activations: newestFirst(face, wanted, Infinity).length }));
  }
  const documents = await documentsOf(face, newestFirst(face, wanted, limit));
  const rows = documents.map(booleanIn(query, 'docs', false) ? recordOf : listRowOf);
  answerJson(exchange, 200, JSON.stringify(rows));
}

interface Wanted {
  name: string | null;
  since: number;
  upto: number;
  skip: number;
}

function newestFirst(
  { platform }: OpenwhiskFace,
  { name, since, upto, skip }: Wanted,
  limit: number,
): ActivationEntry[] {
  const { columns, byStart } = platform.activations;
  const found: ActivationEntry[] = [];
  const of = name === null ? null : columns.numberOf(name);
  if (of === undefined) return found;
  let skipped = 0;
  for (let place = byStart.lowerBound((row) => columns.start(row) <= upto) - 1; place >= 0; place -= 1) {
    const row = byStart.at(place);
    if (columns.start(row) < since || found.length >= limit) break;
    if (of !== null && columns.functionNumber(row) !== of) continue;
    if (skipped < skip) skipped += 1;
    else found.push(columns.entry(row));
  }
  return found;
}

async function documentsOf(
  { platform }: OpenwhiskFace,
  entries: readonly ActivationEntry[],
): Promise<ActivationDocument[]> {
  const texts = await platform.activations.documents(entries);
  return texts.map((text) => JSON.parse(text) as ActivationDocument);
}

import { jsonObjectOf, type AwsExchange } from '../aws/exchange.js';
import { tagsIn } from './configure.js';
import type { LambdaFace } from './face.js';
import { answerJson } from './json.js';
import { amend, storedFunction } from './stored.js';
import { checkPlace, invalidParameter, referenceOf } from './names.js';

const MOST_TAGS = 50;

const ACTIONS: Readonly<Record<string, string>> = { GET: 'ListTags', POST: 'TagResource', DELETE: 'UntagResource' };

/** `/2017-03-31/tags/ARN`: lists, adds and removes the tags of a function. */
export async function tagRoutes(face: LambdaFace, exchange: AwsExchange, arn: string): Promise<void> {
  if (!arn.startsWith('arn:'))
    throw invalidParameter(`Value '${arn}' at 'resource' failed to satisfy constraint: Member must be an ARN`);
  const { method } = exchange.request;
  const reference = { ...referenceOf(arn), qualifier: null };
  checkPlace(face.key.region, ACTIONS[method!] ?? 'ListTags', reference);
  const stored = storedFunction(face, reference);
  const { tags } = stored.entity;
  if (method === 'GET') return answerJson(exchange, 200, { Tags: tags });
  const changed = { ...tags };
  if (method === 'POST') {
    Object.assign(changed, tagsIn(jsonObjectOf(exchange, 'InvalidRequestContentException')['Tags']));
    if (Object.keys(changed).length > MOST_TAGS)
      throw invalidParameter(`The number of tags exceeds the limit of ${MOST_TAGS}`);
  } else for (const key of exchange.query.getAll('tagKeys')) delete changed[key];
  await amend(face, stored, { tags: changed });
  exchange.response.writeHead(204).end();
}

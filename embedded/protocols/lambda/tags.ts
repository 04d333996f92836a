import { jsonObjectOf, type AwsExchange } from '../aws/exchange.js';
import { tagsIn } from './configure.js';
import type { LambdaFace } from './face.js';
import { answerJson } from './json.js';
import { amend, storedFunction } from './stored.js';
import { invalidParameter, referenceOf } from './names.js';

const MOST_TAGS = 50;

/** `/2017-03-31/tags/ARN`: lists, adds and removes the tags of a function. */
export async function tagRoutes(face: LambdaFace, exchange: AwsExchange, arn: string): Promise<void> {
  if (!arn.startsWith('arn:'))
    throw invalidParameter(`Value '${arn}' at 'resource' failed to satisfy constraint: Member must be an ARN`);
  const stored = storedFunction(face, { ...referenceOf(arn), qualifier: null });
  const { tags } = stored.entity;
  const { method } = exchange.request;
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

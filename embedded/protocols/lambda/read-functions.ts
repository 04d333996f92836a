import type { AwsExchange } from '../aws/exchange.js';
import type { LambdaFace } from './face.js';
import { answerJson } from './json.js';
import { invalidParameter, type FunctionReference } from './names.js';
import { configurationShown, placeOf, shown } from './shown.js';
import { storedFunction } from './stored.js';

/** `GET /2015-03-31/functions/NAME` */
export function getFunction(face: LambdaFace, exchange: AwsExchange, reference: FunctionReference): void {
  const { entity } = storedFunction(face, reference);
  answerJson(exchange, 200, {
    Configuration: configurationShown(entity, placeOf(face), reference.qualifier),
    Code: { RepositoryType: 'S3' },
    ...(Object.keys(entity.tags).length === 0 ? {} : { Tags: entity.tags }),
    ...(entity.reservedConcurrency === null
      ? {}
      : { Concurrency: { ReservedConcurrentExecutions: entity.reservedConcurrency } }),
  });
}

/** `GET /2015-03-31/functions/NAME/configuration` */
export function getConfiguration(face: LambdaFace, exchange: AwsExchange, reference: FunctionReference): void {
  const { entity } = storedFunction(face, reference);
  answerJson(exchange, 200, configurationShown(entity, placeOf(face), reference.qualifier));
}

/** `GET /2015-03-31/functions`: by name, 50 a page unless asked otherwise; the marker is the last name of the page before. */
export function listFunctions(face: LambdaFace, exchange: AwsExchange): void {
  const { query } = exchange;
  const most = Number(query.get('MaxItems') ?? 50);
  if (!Number.isInteger(most) || most < 1 || most > 10_000) {
    throw invalidParameter(`MaxItems: must be between 1 and 10000, got ${query.get('MaxItems')}`);
  }
  const marker = query.get('Marker');
  const after = marker === null || marker === '' ? '' : Buffer.from(marker, 'base64url').toString('utf8');
  const names = [...face.catalog.functions.keys()].filter((name) => name > after).sort();
  const page = names.slice(0, most);
  const NextMarker = names.length > most ? Buffer.from(page.at(-1)!).toString('base64url') : null;
  const Functions = page.map((name) => shown(face, face.catalog.functions.get(name)!));
  answerJson(exchange, 200, { NextMarker, Functions });
}

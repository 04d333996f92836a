import { createHash, randomUUID } from 'node:crypto';
import { UnzipError } from '../../execution/unzip.js';
import { jsonObjectOf, type AwsExchange } from '../aws/exchange.js';
import { AwsFault } from '../aws/fault.js';
import type { StoredFunction } from './catalog.js';
import { configured } from './configure.js';
import type { FunctionEntity } from './entity.js';
import type { LambdaFace } from './face.js';
import { answerJson } from './json.js';
import { invalidParameter, LATEST, notFound, referenceOf, type FunctionReference } from './names.js';
import { configurationShown } from './shown.js';

/** @throws AwsFault 404 */
export function storedFunction({ catalog, key }: LambdaFace, reference: FunctionReference): StoredFunction {
  const stored = catalog.functions.get(reference.name);
  const isLatest = reference.qualifier === null || reference.qualifier === LATEST;
  if (stored === undefined || !isLatest) throw notFound(key.region, reference);
  return stored;
}

/** `POST /2015-03-31/functions` */
export async function createFunction(face: LambdaFace, exchange: AwsExchange): Promise<void> {
  const asked = jsonObjectOf(exchange, 'InvalidRequestContentException');
  const { name } = referenceOf(String(asked['FunctionName'] ?? ''));
  if (face.catalog.functions.has(name)) {
    throw new AwsFault('ResourceConflictException', 409, `Function already exist: ${name}`, { Type: 'User' });
  }
  const entity = configured(asked, undefined, name, face.platform.runtimes);
  const code = archiveIn(asked['Code']);
  const stored = await keep(face, { ...entity, ...code.facts }, code.base64);
  answerJson(exchange, 201, shown(face, stored));
}

/** `PUT /2015-03-31/functions/NAME/code` */
export async function updateCode(face: LambdaFace, exchange: AwsExchange, reference: FunctionReference): Promise<void> {
  const before = storedFunction(face, reference);
  const asked = jsonObjectOf(exchange, 'InvalidRequestContentException');
  checkRevision(asked, before.entity);
  const code = archiveIn(asked);
  const { Architectures } = asked;
  const entity = configured(
    { Architectures, Publish: asked['Publish'] },
    before.entity,
    reference.name,
    face.platform.runtimes,
  );
  if (asked['DryRun'] === true) return answerJson(exchange, 200, shown(face, before));
  answerJson(exchange, 200, shown(face, await keep(face, { ...entity, ...code.facts }, code.base64, before)));
}

/** `PUT /2015-03-31/functions/NAME/configuration` */
export async function updateConfiguration(
  face: LambdaFace,
  exchange: AwsExchange,
  reference: FunctionReference,
): Promise<void> {
  const before = storedFunction(face, reference);
  const { Architectures: _, Tags: __, ...asked } = jsonObjectOf(exchange, 'InvalidRequestContentException');
  checkRevision(asked, before.entity);
  const { codeSha256, codeBytes } = before.entity;
  const entity = configured(asked, before.entity, reference.name, face.platform.runtimes);
  const code = face.catalog.codeOf(codeSha256);
  answerJson(exchange, 200, shown(face, await keep(face, { ...entity, codeSha256, codeBytes }, code, before)));
}

/** Makes it executable, so that a broken archive is refused now, and writes it down. @throws AwsFault 400 */
async function keep(
  face: LambdaFace,
  entity: FunctionEntity,
  code: string,
  before?: StoredFunction,
): Promise<StoredFunction> {
  const fn = face.functionOf(entity, code);
  try {
    face.platform.prepare(fn);
  } catch (error) {
    if (!(error instanceof UnzipError)) throw error;
    throw invalidParameter(
      error.message.includes('too large')
        ? 'Unzipped size must be smaller than 262144000 bytes'
        : `Could not unzip uploaded file. Please check your file, then try to upload again. (${error.message})`,
    );
  }
  const stored = { entity, fn };
  await face.catalog.put(stored, code);
  if (before !== undefined) face.platform.retire(before.fn.key);
  return stored;
}

interface Archive {
  base64: string;
  facts: Pick<FunctionEntity, 'codeSha256' | 'codeBytes'>;
}

function archiveIn(asked: unknown): Archive {
  const { ZipFile, ...others } = (asked ?? {}) as Record<string, unknown>;
  if (typeof ZipFile !== 'string') {
    const given = ['S3Bucket', 'ImageUri'].find((key) => others[key] !== undefined);
    throw invalidParameter(
      given === undefined
        ? 'Please provide a source for function code.'
        : `${given}: the embedded platform takes code by ZipFile only`,
    );
  }
  const bytes = Buffer.from(ZipFile, 'base64');
  if (bytes.length === 0) throw invalidParameter('Uploaded file must be a non-empty zip');
  const codeSha256 = createHash('sha256').update(bytes).digest('base64');
  return { base64: bytes.toString('base64'), facts: { codeSha256, codeBytes: bytes.length } };
}

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

/** `DELETE /2015-03-31/functions/NAME` */
export async function deleteFunction(
  face: LambdaFace,
  exchange: AwsExchange,
  reference: FunctionReference,
): Promise<void> {
  const { fn } = storedFunction(face, reference);
  if (reference.qualifier !== null)
    throw invalidParameter('$LATEST version cannot be deleted without deleting the function.');
  await face.catalog.delete(reference.name);
  face.platform.retire(fn.key);
  exchange.response.writeHead(204).end();
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

/** Someone who changes what he read must not overwrite what others changed since. */
function checkRevision({ RevisionId }: Record<string, unknown>, { revisionId }: FunctionEntity): void {
  if (RevisionId === undefined || RevisionId === null || RevisionId === revisionId) return;
  throw new AwsFault(
    'PreconditionFailedException',
    412,
    'The RevisionId provided does not match the latest RevisionId. Call the GetFunction/GetAlias API to retrieve the latest RevisionId',
    { Type: 'User' },
  );
}

/** Writes down an entity whose execution does not change. */
export async function amend(
  face: LambdaFace,
  { entity, fn }: StoredFunction,
  change: Partial<FunctionEntity>,
): Promise<void> {
  const amended = { ...entity, ...change, revisionId: randomUUID() };
  await face.catalog.put({ entity: amended, fn }, face.catalog.codeOf(entity.codeSha256));
}

function shown(face: LambdaFace, { entity }: StoredFunction): Record<string, unknown> {
  return configurationShown(entity, placeOf(face));
}

function placeOf({ key: { region }, platform: { runtimes } }: LambdaFace) {
  return { region, runtimes };
}

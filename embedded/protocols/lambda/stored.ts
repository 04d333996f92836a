import { randomUUID } from 'node:crypto';
import { UnzipError } from '../../execution/unzip.js';
import { AwsFault } from '../aws/fault.js';
import type { StoredFunction } from './catalog.js';
import type { FunctionEntity } from './entity.js';
import type { LambdaFace } from './face.js';
import { invalidParameter, LATEST, notFound, type FunctionReference } from './names.js';

/** @throws AwsFault 404 */
export function storedFunction({ catalog, key }: LambdaFace, reference: FunctionReference): StoredFunction {
  const stored = catalog.functions.get(reference.name);
  const isLatest = reference.qualifier === null || reference.qualifier === LATEST;
  if (stored === undefined || !isLatest) throw notFound(key.region, reference);
  return stored;
}

/** Makes it executable, so that a broken archive is refused now, and writes it down. @throws AwsFault 400 */
export async function keep(
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

/** Someone who changes what he read must not overwrite what others changed since. */
export function checkRevision({ RevisionId }: Record<string, unknown>, { revisionId }: FunctionEntity): void {
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

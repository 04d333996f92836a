import { jsonObjectOf, type AwsExchange } from '../aws/exchange.js';
import { AwsFault } from '../aws/fault.js';
import { archiveIn } from './archive.js';
import { configured } from './configure.js';
import type { LambdaFace } from './face.js';
import { answerJson } from './json.js';
import { checkPlace, invalidParameter, referenceOf, type FunctionReference } from './names.js';
import { shown } from './shown.js';
import { checkRevision, keep, storedFunction } from './stored.js';

/** `POST /2015-03-31/functions` */
export async function createFunction(face: LambdaFace, exchange: AwsExchange): Promise<void> {
  const asked = jsonObjectOf(exchange, 'InvalidRequestContentException');
  const reference = referenceOf(String(asked['FunctionName'] ?? ''));
  checkPlace(face.key.region, 'CreateFunction', reference);
  const { name } = reference;
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

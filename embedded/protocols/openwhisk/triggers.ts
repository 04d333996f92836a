import { NAMESPACE } from '../../activations/parts.js';
import { PAYLOAD_LIMIT_BYTES, readJsonObject } from './body.js';
import { checkKind, type Entities, type TriggerEntity } from './entities.js';
import { answerJson, ApiError, methodNotAllowed, NOT_FOUND, Rejection, type Exchange } from './exchange.js';
import type { OpenwhiskFace } from './face.js';
import { fireTrigger } from './fire.js';
import { checkedName } from './names.js';
import { parametersIn } from './parameters.js';
import { booleanIn, pageOf } from './query.js';
import { referenceTo, rulesOf } from './rules.js';
import { nextVersion } from './version.js';

/** Lists, shows, creates, changes, deletes and fires triggers. */
export async function triggerRoutes(face: OpenwhiskFace, exchange: Exchange, names: readonly string[]): Promise<void> {
  const { entities } = face;
  const { method, query } = exchange;
  const [name = ''] = names;
  if (name === '') {
    if (method !== 'GET') throw methodNotAllowed('GET');
    const { page, count } = pageOf(query, 'triggers', [...entities.triggers.all.values()]);
    const rows = page.map(({ parameters: _parameters, ...row }) => row);
    return answerJson(exchange, 200, JSON.stringify(count === null ? rows : { triggers: count }));
  }
  if (names.length > 1) throw new Rejection(404, NOT_FOUND);
  if (method === 'PUT') return putTrigger(entities, exchange, name);
  const trigger = triggerAt(entities, name);
  if (method === 'GET') return answerJson(exchange, 200, JSON.stringify(shown(entities, trigger)));
  if (method === 'POST') return fireTrigger(face, exchange, trigger);
  if (method !== 'DELETE') throw methodNotAllowed('DELETE, GET, POST, PUT');
  const last = shown(entities, trigger);
  await entities.triggers.delete(name);
  // What a rule is worth is kept in its trigger: one that comes back begins without.
  for (const [path, rule] of rulesOf(entities, name)) {
    await entities.rules.put(path, { ...rule, status: 'inactive' });
  }
  answerJson(exchange, 200, JSON.stringify(last));
}

/** @throws ApiError 404, 409 */
function triggerAt(entities: Entities, name: string): TriggerEntity {
  const found = entities.triggers.all.get(name);
  if (found !== undefined) return found;
  checkKind(entities, 'trigger', name);
  throw new ApiError(404, NOT_FOUND);
}

/** With its rules by qualified name. */
function shown(entities: Entities, trigger: TriggerEntity): unknown {
  const { annotations, name, namespace, parameters, publish, updated, version } = trigger;
  const own = rulesOf(entities, name);
  const rules = Object.fromEntries(
    own.map(([path, { action, status }]) => [`${NAMESPACE}/${path}`, { action: referenceTo(action), status }]),
  );
  const shownRules = own.length === 0 ? {} : { rules };
  return { annotations, limits: {}, name, namespace, parameters, publish, ...shownRules, updated, version };
}

async function putTrigger(entities: Entities, exchange: Exchange, name: string): Promise<void> {
  const overwrite = booleanIn(exchange.query, 'overwrite', false);
  const { value } = await readJsonObject(exchange.request, PAYLOAD_LIMIT_BYTES);
  checkedName(name);
  const before = entities.triggers.all.get(name);
  checkKind(entities, 'trigger', name);
  if (before !== undefined && !overwrite) throw new ApiError(409, 'resource already exists');
  const isAsked = (field: string): boolean => value[field] !== undefined || before === undefined;
  const entity: TriggerEntity = {
    annotations: isAsked('annotations') ? parametersIn(value['annotations'], 'annotations') : before!.annotations,
    name,
    namespace: NAMESPACE,
    parameters: isAsked('parameters') ? parametersIn(value['parameters'], 'parameters') : before!.parameters,
    publish: typeof value['publish'] === 'boolean' ? value['publish'] : (before?.publish ?? false),
    updated: Date.now(),
    version: nextVersion(value['version'], before?.version),
  };
  await entities.triggers.put(name, entity);
  answerJson(exchange, 200, JSON.stringify(shown(entities, entity)));
}

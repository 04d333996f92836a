import { NAMESPACE, nameIn } from '../../activations/parts.js';
import { PAYLOAD_LIMIT_BYTES, readJsonObject } from './body.js';
import { checkKind, type Entities, type RuleEntity } from './entities.js';
import { answerJson, answerOk, ApiError, methodNotAllowed, NOT_FOUND, Rejection, type Exchange } from './exchange.js';
import type { OpenwhiskFace } from './face.js';
import { checkedName, qualifiedName, qualifiedPath } from './names.js';
import { parametersIn } from './parameters.js';
import { booleanIn, pageOf } from './query.js';
import { resolveAction } from './resolve.js';
import { nextVersion } from './version.js';

/** Lists, shows, creates, changes, deletes, enables and disables rules. */
export async function ruleRoutes(
  { entities }: OpenwhiskFace,
  exchange: Exchange,
  names: readonly string[],
): Promise<void> {
  const { method, query } = exchange;
  const [name = ''] = names;
  if (name === '') {
    if (method !== 'GET') throw methodNotAllowed('GET');
    const { page, count } = pageOf(query, 'rules', [...entities.rules.all.values()]);
    const rows = page.map((rule) => shown(rule, false));
    return answerJson(exchange, 200, JSON.stringify(count === null ? rows : { rules: count }));
  }
  if (names.length > 1) throw new Rejection(404, NOT_FOUND);
  if (method === 'PUT') return putRule(entities, exchange, name);
  const rule = ruleAt(entities, name);
  if (method === 'GET') return answerJson(exchange, 200, JSON.stringify(shown(rule, true)));
  if (method === 'POST') return setStatus(entities, exchange, name);
  if (method !== 'DELETE') throw methodNotAllowed('DELETE, GET, POST, PUT');
  await entities.rules.delete(name);
  answerJson(exchange, 200, JSON.stringify(shown({ ...rule, status: 'inactive' }, true)));
}

/** @throws ApiError 404, 409 */
function ruleAt(entities: Entities, name: string): RuleEntity {
  const found = entities.rules.all.get(name);
  if (found !== undefined) return found;
  checkKind(entities, 'rule', name);
  throw new ApiError(404, NOT_FOUND);
}

/** The rules of a trigger, with their paths. */
export function rulesOf(entities: Entities, trigger: string): [string, RuleEntity][] {
  return [...entities.rules.all].filter(([, rule]) => rule.trigger === trigger);
}

/** How a rule and a trigger name another entity. */
export function referenceTo(path: string): { name: string; path: string } {
  const slash = path.lastIndexOf('/');
  return { name: nameIn(path), path: slash < 0 ? NAMESPACE : `${NAMESPACE}/${path.slice(0, slash)}` };
}

/** In a list a rule has no status. */
function shown(rule: RuleEntity, withStatus: boolean): unknown {
  const { annotations, name, namespace, publish, status, updated, version } = rule;
  const [action, trigger] = [referenceTo(rule.action), referenceTo(rule.trigger)];
  const shownStatus = withStatus ? { status } : {};
  return { action, annotations, name, namespace, publish, ...shownStatus, trigger, updated, version };
}

async function putRule(entities: Entities, exchange: Exchange, name: string): Promise<void> {
  const overwrite = booleanIn(exchange.query, 'overwrite', false);
  const { value } = await readJsonObject(exchange.request, PAYLOAD_LIMIT_BYTES);
  checkedName(name);
  const before = entities.rules.all.get(name);
  checkKind(entities, 'rule', name);
  if (before !== undefined && !overwrite) throw new ApiError(409, 'resource already exists');
  const trigger = pathIn(value['trigger']) ?? before?.trigger;
  const action = pathIn(value['action']) ?? before?.action;
  if (trigger === undefined || action === undefined) {
    throw new ApiError(400, 'rule requires a valid trigger and a valid action');
  }
  checkBothExist(entities, trigger, action);
  const annotationsAsked = value['annotations'] !== undefined || before === undefined;
  const entity: RuleEntity = {
    annotations: annotationsAsked ? parametersIn(value['annotations'], 'annotations') : before.annotations,
    name,
    namespace: NAMESPACE,
    publish: typeof value['publish'] === 'boolean' ? value['publish'] : (before?.publish ?? false),
    updated: Date.now(),
    version: nextVersion(value['version'], before?.version),
    trigger,
    action,
    status: before?.status ?? 'active',
  };
  await entities.rules.put(name, entity);
  answerJson(exchange, 200, JSON.stringify(shown(entity, true)));
}

/** The path in a reference: a qualified name, or as rules show it. @throws Rejection 400, ApiError 403 */
function pathIn(reference: unknown): string | undefined {
  if (reference === undefined || reference === null) return undefined;
  if (typeof reference !== 'object') return qualifiedPath(reference);
  const { name, path } = reference as Record<string, unknown>;
  return qualifiedPath(`/${String(path)}/${String(name)}`);
}

function checkBothExist(entities: Entities, trigger: string, action: string): void {
  if (!entities.triggers.all.has(trigger)) {
    throw new ApiError(400, `trigger ${qualifiedName(trigger)} does not exist`);
  }
  try {
    resolveAction(entities, action);
  } catch {
    throw new ApiError(400, `action ${qualifiedName(action)} does not exist`);
  }
}

async function setStatus(entities: Entities, exchange: Exchange, name: string): Promise<void> {
  const { value } = await readJsonObject(exchange.request, PAYLOAD_LIMIT_BYTES);
  const { status } = value;
  if (status !== 'active' && status !== 'inactive') {
    throw new Rejection(
      400,
      `The request content was malformed:\nrequirement failed: ${String(status)} is not a recognized rule state`,
    );
  }
  const rule = ruleAt(entities, name);
  if (rule.status !== status) {
    if (!entities.triggers.all.has(rule.trigger)) {
      throw new ApiError(404, 'Only rules with existing triggers can be activated');
    }
    await entities.rules.put(name, { ...rule, status });
  }
  answerOk(exchange);
}

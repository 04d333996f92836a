import { newActivationId } from '../../activations/activation.js';
import { NAMESPACE, type RecordParts } from '../../activations/parts.js';
import { STATUS } from '../../activations/response.js';
import { epochMsOf, nowNs } from '../../timeline.js';
import { PAYLOAD_LIMIT_BYTES, readJsonObject } from './body.js';
import type { RuleEntity, TriggerEntity } from './entities.js';
import { answerJson, answerNothing, ApiError, type Exchange } from './exchange.js';
import type { OpenwhiskFace } from './face.js';
import { objectOf } from './parameters.js';
import { resolveAction } from './resolve.js';
import { rulesOf } from './rules.js';
import { startAction } from './start.js';

/**
 * `POST /namespaces/_/triggers/NAME`: invokes the action of each active rule and answers 202 with the id of the trigger's
 * record, whose log tells for each rule what came of it. Without an active rule nothing happens and nothing is recorded: 204.
 */
export async function fireTrigger(face: OpenwhiskFace, exchange: Exchange, trigger: TriggerEntity): Promise<void> {
  const refused = face.fires.admit(Date.now());
  if (refused !== null) throw new ApiError(429, refused);
  face.fires.ended();
  const { value } = await readJsonObject(exchange.request, PAYLOAD_LIMIT_BYTES);
  const rules = rulesOf(face.entities, trigger.name);
  if (!rules.some(([, { status }]) => status === 'active')) return answerNothing(exchange);
  const activationId = newActivationId();
  const start = Math.floor(epochMsOf(nowNs()));
  const payload = JSON.stringify({ ...objectOf(trigger.parameters), ...value });
  const logs = rules.map(([path, rule]) => JSON.stringify(resultOf(face, path, rule, payload)));
  const record: RecordParts = {
    activationId,
    annotations: [],
    cause: null,
    duration: null,
    end: null,
    logs,
    name: trigger.name,
    functionName: trigger.name,
    response: { statusCode: STATUS.success, result: JSON.stringify(value), size: null },
    start,
    version: trigger.version,
  };
  face.platform.activations.addRecord(Promise.resolve(record));
  answerJson(exchange, 202, JSON.stringify({ activationId }), undefined, activationId);
}

/** What came of a rule, keys in the real system's order. */
function resultOf(face: OpenwhiskFace, path: string, rule: RuleEntity, payload: string): Record<string, unknown> {
  const [name, action] = [`${NAMESPACE}/${path}`, `${NAMESPACE}/${rule.action}`];
  const failed = (statusCode: number, error: string): Record<string, unknown> => ({
    statusCode,
    success: false,
    rule: name,
    error,
    action,
  });
  if (rule.status !== 'active') {
    const error = `Rule '${name}' is inactive, action '${action}' was not activated.`;
    return failed(STATUS.applicationError, error);
  }
  try {
    const { activationId } = startAction(face, resolveAction(face.entities, rule.action), payload, nowNs());
    return { statusCode: STATUS.success, success: true, activationId, rule: name, action };
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    return failed(error.status < 500 ? STATUS.applicationError : STATUS.whiskError, error.message);
  }
}

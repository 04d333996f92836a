import { ConfigError, PlatformError } from '../../common/errors.js';
import type { InstanceSpec, PlanSummary } from '../../workload/model.js';
import type { OpenWhiskAccess } from '../access.js';
import { oneRequest, type OneAnswer } from '../http/one-request.js';
import { actionUrlPath } from './action-path.js';

/** Where preflight asks. */
export interface Question {
  access: OpenWhiskAccess;
  insecure: boolean;
}

/**
 * The namespace in which `_` stands for the key's own, by asking with the key.
 * @throws PlatformError if nothing answers as OpenWhisk does, or the key is not accepted
 */
export async function resolveNamespace(question: Question): Promise<string> {
  const { access } = question;
  const answer = await ask(question, '/api/v1/namespaces');
  const names = answer.status === 200 ? parsed(answer) : undefined;
  if (!Array.isArray(names) || typeof names[0] !== 'string') {
    throw new PlatformError(
      `${access.apiHost} does not answer as OpenWhisk (status ${answer.status} to /api/v1/namespaces)`,
    );
  }
  return access.namespace === '_' ? names[0] : access.namespace;
}

/**
 * Every function of the test must exist, and those that get a `data_file` must be web actions.
 * @throws ConfigError naming all that do not, each with its instances
 */
export async function checkFunctions(question: Question, instances: InstanceSpec[]): Promise<void> {
  const findings: string[] = [];
  for (const application of new Set(instances.map(({ application }) => application))) {
    const users = instances.filter((instance) => instance.application === application);
    const answer = await ask(question, `${actionUrlPath(application, question.access.namespace)}?code=false`);
    const where = users.map(({ name }) => `instances.${name}.application`).join(', ');
    if (answer.status === 404 || answer.status === 403) {
      const why = answer.status === 404 ? 'does not exist' : 'is not yours to invoke';
      findings.push(
        `${where}: the function "${application}" ${why} on ${question.access.apiHost}; deploy it first (wsk action list shows what is there)`,
      );
    } else if (answer.status !== 200) {
      throw new PlatformError(`${question.access.apiHost} answered ${answer.status} when asked for "${application}"`);
    } else if (users.some(({ payload }) => payload.kind === 'data') && !isWebAction(answer)) {
      findings.push(
        `${where}: "${application}" gets a data_file, so it must be a web action: wsk action update ${application} --web true`,
      );
    }
  }
  if (findings.length > 0) throw new ConfigError(findings.join('\n'));
}

function isWebAction(answer: OneAnswer): boolean {
  const { annotations } = (parsed(answer) ?? {}) as { annotations?: { key: string; value: unknown }[] };
  return annotations?.some(({ key, value }) => key === 'web-export' && value === true) ?? false;
}

/** A warning for a plan whose busiest minute exceeds what the namespace may invoke; none where the limits are not told. */
export async function limitWarnings(question: Question, { busiestMinute }: PlanSummary): Promise<string[]> {
  const answer = await ask(question, '/api/v1/namespaces/_/limits');
  const limits = answer.status === 200 ? (parsed(answer) as { invocationsPerMinute?: unknown }) : undefined;
  const allowed = limits?.invocationsPerMinute;
  if (typeof allowed !== 'number' || busiestMinute <= allowed) return [];
  const share = Math.round((100 * (busiestMinute - allowed)) / busiestMinute);
  return [
    `${busiestMinute.toLocaleString('en')} planned in a minute, ${allowed.toLocaleString('en')} allowed: about ${share} % ` +
      'will be throttled. Raise invocationsPerMinute (and concurrentInvocations) of the namespace with ' +
      'wskadmin limits set, or LIMITS_ACTIONS_INVOKES_PERMINUTE of the controller',
  ];
}

async function ask({ access, insecure }: Question, path: string): Promise<OneAnswer> {
  const authorization = `Basic ${Buffer.from(access.auth).toString('base64')}`;
  const answer = await oneRequest({ url: `${access.apiHost}${path}`, headers: { authorization }, insecure });
  if (answer.status === 401) {
    throw new PlatformError(`${access.apiHost} does not accept the key: check WHISK_AUTH (or AUTH in .wskprops)`);
  }
  return answer;
}

function parsed({ body }: OneAnswer): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

import { ConfigError, PlatformError } from '../../common/errors.js';
import { plainText } from '../../common/plain-text.js';
import type { InstanceSpec, PlanSummary, Workload } from '../../workload/model.js';
import type { BodySource } from '../bodies.js';
import type { OneAnswer } from '../http/one-request.js';
import { actionUrlPath } from './action-path.js';
import { rateWarnings, readLimits } from './limits.js';
import { checkPayloads } from './payload-limit.js';
import { ask, parsed, type Question } from './question.js';

/**
 * Asks whether a test can run: the platform answers, accepts the key, knows every function, and takes what is sent to it.
 * @param bodyOf what goes into the body of a request of an instance, to the byte
 * @returns the namespace in which `_` stands for the key's own, and what the user should know
 * @throws PlatformError (unreachable, wrong key), ConfigError (unknown functions, payloads above the limit)
 */
export async function askBeforeStart(
  question: Question,
  workload: Workload,
  plan: PlanSummary,
  bodyOf: (instance: InstanceSpec) => BodySource,
): Promise<{ namespace: string; warnings: string[] }> {
  const namespace = await resolveNamespace(question);
  await checkFunctions(question, workload.instances);
  const limits = await readLimits(question);
  const oversized = checkPayloads(workload, limits, question.access.apiHost, bodyOf);
  return { namespace, warnings: [...rateWarnings(limits, plan), ...oversized] };
}

/**
 * The namespace in which `_` stands for the key's own, by asking with the key.
 * @throws PlatformError if nothing answers as OpenWhisk does, or the key is not accepted
 */
async function resolveNamespace(question: Question): Promise<string> {
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
async function checkFunctions(question: Question, instances: InstanceSpec[]): Promise<void> {
  const findings: string[] = [];
  for (const application of new Set(instances.map(({ application }) => application))) {
    const users = instances.filter((instance) => instance.application === application);
    const answer = await ask(question, `${actionUrlPath(application, question.access.namespace)}?code=false`);
    const where = users.map(({ name }) => `instances.${plainText(name)}.application`).join(', ');
    if (answer.status === 404 || answer.status === 403) {
      const why = answer.status === 404 ? 'does not exist' : 'is not yours to invoke';
      findings.push(
        `${where}: the function "${application}" ${why} on ${question.access.apiHost}; deploy it first (wsk action list shows what is there)`,
      );
    } else if (answer.status !== 200) {
      throw new PlatformError(`${question.access.apiHost} answered ${answer.status} when asked for "${application}"`);
    } else if (users.some(({ payload }) => payload.kind === 'data')) {
      const fault = faultOfWebAction(answer, application);
      if (fault !== null) findings.push(`${where}: "${application}" gets a data_file, so it must be ${fault}`);
    }
  }
  if (findings.length > 0) throw new ConfigError(findings.join('\n'));
}

/** Why an action does not take a body from anybody, as its web action would; null if it does. */
function faultOfWebAction(answer: OneAnswer, application: string): string | null {
  const { annotations = [] } = (parsed(answer) ?? {}) as { annotations?: { key: string; value: unknown }[] };
  const valueOf = (name: string): unknown => annotations.find(({ key }) => key === name)?.value ?? false;
  if (valueOf('web-export') !== true) return `a web action: wsk action update ${application} --web true`;
  if (valueOf('require-whisk-auth') === false) return null;
  return `open to everybody: wsk action update ${application} --web true --web-secure false`;
}

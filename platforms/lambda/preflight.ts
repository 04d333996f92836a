import { GetFunctionConfigurationCommand, InvokeCommand, type LambdaClient } from '@aws-sdk/client-lambda';
import { ConfigError, PlatformError } from '../../common/errors.js';
import { plainText } from '../../common/plain-text.js';
import type { InstanceSpec } from '../../workload/model.js';
import { refusalOf } from './refusal.js';

/** What preflight asks, and whom. */
export interface FunctionQuestion {
  client: LambdaClient;
  /** for messages */
  place: string;
  /** AWS itself, no emulator */
  isAws: boolean;
  qualifier: string | undefined;
}

/**
 * Every function of the test must exist with its qualifier, and these credentials must be able to invoke it. AWS is asked by
 * an invocation of type DryRun, which needs the permission of an invocation and executes nothing. An emulator that does not
 * know DryRun would execute it: there the function's configuration is asked for.
 *
 * @returns warnings: an emulator that does not know this question either
 * @throws  ConfigError   naming all that do not exist, each with its instances
 * @throws  PlatformError if the credentials are not accepted, or do not permit it
 */
export async function checkFunctions(question: FunctionQuestion, instances: InstanceSpec[]): Promise<string[]> {
  const findings: string[] = [];
  const warnings: string[] = [];
  for (const application of new Set(instances.map((instance) => instance.application))) {
    const users = instances.filter((instance) => instance.application === application);
    const where = users.map(({ name }) => `instances.${plainText(name)}.application`).join(', ');
    const answer = await ask(question, application);
    if (answer === 'invocable') continue;
    const name = `"${application}"${question.qualifier === undefined ? '' : ` with qualifier "${question.qualifier}"`}`;
    if (answer === 'unknown') {
      warnings.push(`${question.place} does not tell whether the function ${name} exists`);
    } else {
      const why = answer === 'missing' ? 'does not exist' : 'is nothing that Lambda knows how to read';
      findings.push(`${where}: the function ${name} ${why} on ${question.place}; deploy it first, or mend the name`);
    }
  }
  if (findings.length > 0) throw new ConfigError(findings.join('\n'));
  return warnings;
}

type Finding = 'invocable' | 'missing' | 'unreadable' | 'unknown';

async function ask({ client, place, isAws, qualifier }: FunctionQuestion, application: string): Promise<Finding> {
  const which = { FunctionName: application, ...(qualifier === undefined ? {} : { Qualifier: qualifier }) };
  try {
    if (isAws) await client.send(new InvokeCommand({ ...which, InvocationType: 'DryRun' }));
    else await client.send(new GetFunctionConfigurationCommand(which));
    return 'invocable';
  } catch (error) {
    const { name, status, hint } = refusalOf(error);
    if (name === 'ResourceNotFoundException') return 'missing';
    if (UNREADABLE.has(name)) return 'unreadable';
    if (!isAws && (status === 404 || status === 405 || status === 501)) return 'unknown';
    throw new PlatformError(`${place} ${hint ?? otherRefusal(name, status, application)}`, { cause: error });
  }
}

const UNREADABLE = new Set(['InvalidParameterValueException', 'ValidationException']);

function otherRefusal(name: string, status: number | null, application: string): string {
  if (name === 'AccessDeniedException') {
    return `does not permit these credentials to invoke (lambda:InvokeFunction): "${application}"`;
  }
  return `answered ${name}${status === null ? '' : ` (status ${status})`} when asked for "${application}"`;
}

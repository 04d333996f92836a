import { GetAccountSettingsCommand, type LambdaClient } from '@aws-sdk/client-lambda';
import { ConfigError } from '../../common/errors.js';
import { plainText } from '../../common/plain-text.js';
import type { InstanceSpec, Limits, PlanSummary } from '../../workload/model.js';
import { bodySourceOf, longestBody } from '../bodies.js';

/**
 * The longest payload of an invocation, in bytes: 6 MB for one that waits, 1 MB for an Event.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
 */
const LONGEST_PAYLOAD = { RequestResponse: 6 * 2 ** 20, Event: 2 ** 20 };

/** @throws ConfigError naming every instance whose payload Lambda would refuse */
export function checkPayloads(instances: readonly InstanceSpec[], type: keyof typeof LONGEST_PAYLOAD): void {
  const limit = LONGEST_PAYLOAD[type];
  const findings = instances.flatMap(({ name, payload }) => {
    const bytes = longestBody(bodySourceOf(payload, '{}'));
    if (bytes <= limit) return [];
    return `instances.${plainText(name)}: its payload has ${count(bytes)} bytes, but Lambda takes ${count(limit)} of an invocation of type ${type}; shorten it`;
  });
  if (findings.length > 0) throw new ConfigError(findings.join('\n'));
}

/** Requests a second that Lambda takes for each execution that an account may have at once. */
const REQUESTS_PER_EXECUTION = 10;

/**
 * Warnings for a plan that cannot fit into what the account may execute at once; none where nobody may ask for that.
 * Only of invocations that wait: Events are queued by the platform.
 */
export async function concurrencyWarnings(client: LambdaClient, plan: PlanSummary, limits: Limits): Promise<string[]> {
  const allowed = await accountConcurrency(client);
  if (allowed === null) return [];
  const warnings: string[] = [];
  const perSecond = plan.busiestMinute / 60;
  if (perSecond > allowed * REQUESTS_PER_EXECUTION) {
    warnings.push(
      `${count(perSecond)} invocations a second planned in the busiest minute, ${count(allowed * REQUESTS_PER_EXECUTION)} allowed ` +
        `(ten for each of the account's ${count(allowed)} concurrent executions): the rest will be throttled`,
    );
  }
  // None is under way for longer than its timeout, so no more than are planned within that.
  const minutes = Math.ceil(limits.timeoutMs / 60_000);
  const inFlight = Math.min(limits.maxInFlight, plan.planned, plan.busiestMinute * minutes);
  if (inFlight > allowed) {
    warnings.push(
      `up to ${count(inFlight)} invocations may be in flight at once, the account may execute ${count(allowed)}: what is above will be ` +
        'throttled. Lower limits.max_in_flight or the rate, or have the quota "Concurrent executions" raised',
    );
  }
  return warnings;
}

/** ConcurrentExecutions of the account and region; null where these credentials may not ask, or the endpoint does not know. */
async function accountConcurrency(client: LambdaClient): Promise<number | null> {
  try {
    const { AccountLimit } = await client.send(new GetAccountSettingsCommand({}));
    return AccountLimit?.ConcurrentExecutions ?? null;
  } catch {
    return null;
  }
}

function count(n: number): string {
  return n.toLocaleString('en', { maximumFractionDigits: 0 });
}

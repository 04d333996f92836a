import { messageOf } from '../../common/errors.js';
import type { LambdaPlace } from '../../platforms/lambda/client.js';
import { isOnAws } from '../../platforms/lambda/hosts.js';
import { logGroupOf } from '../../platforms/lambda/log-group.js';
import { GroupMissing, openLogs, type LogsService } from '../../platforms/lambda/logs/cloudwatch-client.js';
import { endpointIn, LOGS_ENDPOINT } from '../../platforms/lambda/service-endpoint.js';
import { untilThere } from '../until-there.js';
import type { LambdaTarget } from './lambda.js';

/** Lines are seen some seconds after they were written; a new log group takes longer. */
const INGESTION_WAIT_MS = 60_000;
/** The machine's clock and that of CloudWatch may be this far apart. */
const CLOCK_MARGIN_MS = 10 * 60_000;

/**
 * Whether CloudWatch Logs has the last line of an execution. That it has not is no fault of the way of a test, which takes
 * what came with the answers; only `--source cloudwatch` reads there, so it is said and nothing more.
 */
export async function findInLogs(target: LambdaTarget, name: string, requestId: string): Promise<string> {
  try {
    const tookMs = await withLogs(target, (logs) => lineAppears(logs, name, requestId));
    if (tookMs !== null) return `CloudWatch Logs had it after ${tookMs} ms`;
    return `CloudWatch Logs did not have it within ${INGESTION_WAIT_MS / 1000} s, which --source cloudwatch needs`;
  } catch (error) {
    return `CloudWatch Logs could not be read (${messageOf(error)}), which only --source cloudwatch needs`;
  }
}

/** Removes the log that Lambda began for a probe. @returns what is left of it, as the end of a sentence */
export async function removeLogGroup(target: LambdaTarget, name: string): Promise<string> {
  const group = logGroupOf(name);
  try {
    await withLogs(target, (logs) => logs.deleteLogGroup(group));
    return ', its log, too';
  } catch (error) {
    return error instanceof GroupMissing ? '' : `; its log group ${group} stays`;
  }
}

/** @returns after how many ms, null if not in time */
async function lineAppears(logs: LogsService, name: string, requestId: string): Promise<number | null> {
  const question = {
    logGroupName: logGroupOf(name),
    startTime: Date.now() - CLOCK_MARGIN_MS,
    filterPattern: `"REPORT RequestId: ${requestId}"`,
  };
  const isThere = async (): Promise<boolean> => {
    try {
      const { events = [] } = await logs.filterLogEvents(question);
      return events.length > 0;
    } catch (error) {
      // The first line of a function makes its group.
      if (error instanceof GroupMissing) return false;
      throw error;
    }
  };
  return untilThere(isThere, { waitMs: INGESTION_WAIT_MS, pauseMs: 500 });
}

async function withLogs<T>(target: LambdaTarget, use: (logs: LogsService) => Promise<T>): Promise<T> {
  const logs = await openLogs(placeOfLogs(target.place), target.credentials);
  try {
    return await use(logs);
  } finally {
    logs.close();
  }
}

/** An emulator has its logs where it is itself; AWS has them at an address of their own. */
function placeOfLogs({ region, endpointUrl, insecure }: LambdaPlace): LambdaPlace {
  const url = endpointIn(LOGS_ENDPOINT) ?? (isOnAws({ endpointUrl }) ? undefined : endpointUrl);
  return { region, insecure, ...(url === undefined ? {} : { endpointUrl: url }) };
}

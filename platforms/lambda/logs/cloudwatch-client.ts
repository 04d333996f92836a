import {
  CloudWatchLogsClient,
  DeleteLogGroupCommand,
  DescribeLogGroupsCommand,
  FilterLogEventsCommand,
  GetQueryResultsCommand,
  StartQueryCommand,
  type FilterLogEventsCommandInput,
  type FilterLogEventsCommandOutput,
  type GetQueryResultsCommandInput,
  type GetQueryResultsCommandOutput,
  type StartQueryCommandInput,
} from '@aws-sdk/client-cloudwatch-logs';
import { messageOf, PlatformError, systemErrorCode } from '../../../common/errors.js';
import { oneRequest } from '../../http/one-request.js';
import { settleCertificate } from '../../tls.js';
import { callBudget } from '../call-budget.js';
import { clientOptions, type LambdaCredentials, type LambdaPlace } from '../client.js';
import { refusalOf } from '../refusal.js';

/** The calls of CloudWatch Logs that are used, within its limits; throttled ones are made again by the SDK. */
export interface LogsService {
  /** @throws GroupMissing */
  filterLogEvents(input: FilterLogEventsCommandInput): Promise<FilterLogEventsCommandOutput>;
  /** @throws GroupMissing, NotPermitted */
  startQuery(input: StartQueryCommandInput): Promise<string>;
  queryResults(input: GetQueryResultsCommandInput): Promise<GetQueryResultsCommandOutput>;
  /** @throws GroupMissing, NotPermitted */
  deleteLogGroup(logGroupName: string): Promise<void>;
  close(): void;
}

/** A log group that is not there. */
export class GroupMissing extends Error {}

/** These credentials may not make a call. */
export class NotPermitted extends PlatformError {}

/** What is allowed for FilterLogEvents and for Insights, for everybody in the account and Region together. */
const CALLS_PER_SECOND = 5;
/** With the SDK's pauses between them a minute and more passes before a call is given up that is throttled. */
const MAX_ATTEMPTS = 10;

/**
 * Opens CloudWatch Logs at a place.
 * @throws PlatformError if nothing answers there, at once and not after the SDK's tries
 */
export async function openLogs(
  place: LambdaPlace,
  credentials?: LambdaCredentials,
  callsPerSecond = CALLS_PER_SECOND,
): Promise<LogsService> {
  const client = new CloudWatchLogsClient({ ...clientOptions(place, credentials), maxAttempts: MAX_ATTEMPTS });
  const origin = await originOf(client);
  await settleCertificate({ apiHost: origin, kind: 'lambda', insecure: place.insecure });
  await oneRequest({ url: origin, insecure: place.insecure });
  const mayCall = callBudget(callsPerSecond);
  async function ask<Answer>(action: string, of: string | undefined, call: () => Promise<Answer>): Promise<Answer> {
    await mayCall();
    try {
      return await call();
    } catch (error) {
      throw faultOf(error, action, of, origin);
    }
  }
  return {
    filterLogEvents: (input) =>
      ask('logs:FilterLogEvents', input.logGroupName, () => client.send(new FilterLogEventsCommand(input))),
    async startQuery(input) {
      const groups = input.logGroupNames?.join(', ');
      const { queryId } = await ask('logs:StartQuery', groups, () => client.send(new StartQueryCommand(input)));
      if (queryId === undefined) throw new PlatformError(`${origin} started a query and did not name it`);
      return queryId;
    },
    queryResults: (input) =>
      ask('logs:GetQueryResults', undefined, () => client.send(new GetQueryResultsCommand(input))),
    async deleteLogGroup(logGroupName) {
      await ask('logs:DeleteLogGroup', logGroupName, () => client.send(new DeleteLogGroupCommand({ logGroupName })));
    },
    close: () => client.destroy(),
  };
}

function faultOf(error: unknown, action: string, of: string | undefined, origin: string): Error {
  const { name, status, hint } = refusalOf(error);
  const what = of === undefined ? '' : ` on ${of}`;
  if (name === 'ResourceNotFoundException' && of !== undefined) return new GroupMissing(of, { cause: error });
  if (name === 'AccessDeniedException') {
    return new NotPermitted(
      `${origin} does not permit these credentials ${action}${what}; allow it, or take what was recorded (--source records)`,
      { cause: error },
    );
  }
  if (hint !== undefined) return new PlatformError(`${origin} ${hint}`, { cause: error });
  const why =
    status === null
      ? (systemErrorCode(error) ?? messageOf(error))
      : `${name} (status ${status}) in answer to ${action}${what}`;
  return new PlatformError(`${origin}: ${why}`, { cause: error });
}

/** Where the SDK would send a request: it knows the variables, the profile and every partition's names. */
async function originOf(client: CloudWatchLogsClient): Promise<string> {
  const command = new DescribeLogGroupsCommand({});
  let built: { protocol: string; hostname: string; port?: number } | undefined;
  command.middlewareStack.add(
    () => (args) => {
      built = args.request as typeof built;
      return Promise.resolve({ response: undefined, output: { $metadata: {} } });
    },
    { step: 'finalizeRequest', priority: 'high', name: 'takeUnsent' },
  );
  await client.send(command);
  const { protocol, hostname, port } = built!;
  return `${protocol}//${hostname}${port === undefined ? '' : `:${port}`}`;
}

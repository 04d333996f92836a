import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Platform } from '../../platform.js';
import { answerText, jsonObjectOf, type AwsExchange } from '../aws/exchange.js';
import { AwsFault } from '../aws/fault.js';
import { getLogEvents } from './get-log-events.js';
import { describeLogGroups, describeLogStreams } from './groups.js';
import { filterLogEvents } from './filter-log-events.js';
import { createQueries, type Queries } from './queries.js';

/** What the operations share. */
export interface LogsFace {
  store: Platform['activations'];
  region: string;
  /** what was written down later than this is not visible yet, epoch ms */
  visibleUntilMs(): number;
  queries: Queries;
}

export type LogsInput = Readonly<Record<string, unknown>>;
type Operation = (face: LogsFace, input: LogsInput) => unknown;

const OPERATIONS: Readonly<Record<string, Operation>> = {
  DescribeLogGroups: describeLogGroups,
  DescribeLogStreams: describeLogStreams,
  FilterLogEvents: filterLogEvents,
  GetLogEvents: getLogEvents,
  StartQuery: ({ queries }, input) => queries.start(input),
  GetQueryResults: ({ queries }, input) => queries.results(input),
  StopQuery: ({ queries }, input) => queries.stop(input),
};

const TARGET = 'Logs_20140328.';
const CONTENT_TYPE = 'application/x-amz-json-1.1';

/** Whether a request is for CloudWatch Logs: all services of AWS that speak JSON name their operation so. */
export function isForLogs({ headers }: IncomingMessage): boolean {
  return headers['x-amz-target'] !== undefined;
}

/** The reads of CloudWatch Logs over the logs of Lambda's functions. */
export function cloudwatchFace({ activations: store, settings }: Platform) {
  const visibleUntilMs = (): number => Date.now() - settings.cloudwatch.ingestionDelayMs;
  const place = { store, region: settings.lambda.region, visibleUntilMs };
  const face: LogsFace = { ...place, queries: createQueries(place) };
  return {
    async answer(exchange: AwsExchange): Promise<void> {
      const target = String(exchange.request.headers['x-amz-target']);
      const operation = target.startsWith(TARGET) ? OPERATIONS[target.slice(TARGET.length)] : undefined;
      if (operation === undefined) {
        throw new AwsFault(
          'UnknownOperationException',
          400,
          `${target}: the embedded platform has no such operation; docs/platform.md lists those of CloudWatch Logs that it has`,
        );
      }
      const input = jsonObjectOf(exchange, 'SerializationException');
      answerText(exchange, 200, JSON.stringify(await operation(face, input)), { 'Content-Type': CONTENT_TYPE });
    },
    answerFault(target: { response: ServerResponse }, { type, status, message }: AwsFault): void {
      answerText(target, status, JSON.stringify({ __type: type, message }), { 'Content-Type': CONTENT_TYPE });
    },
  };
}

import type { Settings } from '../../settings.js';
import { ACTION_LIMITS } from './action-limits.js';
import { PAYLOAD_LIMIT_BYTES } from './body.js';
import { answerContent, answerJson, type Exchange } from './exchange.js';
import type { OpenwhiskFace } from './face.js';
import { runtimeListing } from './kinds.js';
import { SEQUENCE_LIMIT } from './sequence-check.js';

/** What stands for "no limit" where the protocol wants a number: the largest that OpenWhisk itself could tell. */
const NO_LIMIT = 2_147_483_647;
const MB = 2 ** 20;

/** `GET /`: what this installation is and can do. */
export function answerRoot({ platform }: OpenwhiskFace, exchange: Exchange): void {
  const { limits } = platform.settings;
  const { timeout, memory, logs } = ACTION_LIMITS;
  const root = {
    api_paths: ['/api/v1'],
    description: 'OpenWhisk',
    limits: {
      actions_per_minute: limits.invocationsPerMinute ?? NO_LIMIT,
      concurrent_actions: limits.concurrentInvocations ?? NO_LIMIT,
      default_max_action_duration: timeout.high,
      default_max_action_logs: logs.high * MB,
      default_max_action_memory: memory.high * MB,
      default_min_action_duration: timeout.low,
      default_min_action_logs: logs.low * MB,
      default_min_action_memory: memory.low * MB,
      max_action_duration: timeout.high,
      max_action_logs: logs.high * MB,
      max_action_memory: memory.high * MB,
      min_action_duration: timeout.low,
      min_action_logs: logs.low * MB,
      min_action_memory: memory.low * MB,
      sequence_length: SEQUENCE_LIMIT,
      triggers_per_minute: limits.invocationsPerMinute ?? NO_LIMIT,
    },
    runtimes: runtimeListing(platform.runtimes),
    support: { github: 'https://github.com/apache/openwhisk/issues', slack: 'http://slack.openwhisk.org' },
  };
  answerJson(exchange, 200, JSON.stringify(root), {});
}

/** `GET /api/v1` */
export function answerApiInformation(exchange: Exchange): void {
  const information = {
    api_version: '1.0.0',
    api_version_path: 'v1',
    build: 'faaslab',
    buildno: 'embedded',
    description: 'OpenWhisk API',
    swagger_paths: { 'api-docs': '/api-docs', ui: '/docs' },
  };
  answerJson(exchange, 200, JSON.stringify(information));
}

/** `GET /ping` */
export function answerPing(exchange: Exchange): void {
  answerContent(exchange, 200, 'pong', { 'Content-Type': 'text/plain; charset=UTF-8' });
}

/** `GET /namespaces/_/limits`; a client that plans a load reads it before it starts. */
export function limitsAnswer({ limits, pool }: Settings): Record<string, number | string> {
  const { timeout, memory, logs, concurrency } = ACTION_LIMITS;
  return {
    concurrentInvocations: limits.concurrentInvocations ?? NO_LIMIT,
    firesPerMinute: limits.invocationsPerMinute ?? NO_LIMIT,
    invocationsPerMinute: limits.invocationsPerMinute ?? NO_LIMIT,
    maxActionConcurrency: concurrency.high,
    maxActionInstances: pool.maxInstances,
    maxActionLogs: logs.high,
    maxActionMemory: memory.high,
    maxActionTimeout: timeout.high,
    maxParameterSize: `${PAYLOAD_LIMIT_BYTES} B`,
    minActionConcurrency: concurrency.low,
    minActionLogs: logs.low,
    minActionMemory: memory.low,
    minActionTimeout: timeout.low,
  };
}

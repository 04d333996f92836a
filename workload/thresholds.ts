import { ConfigError } from '../common/errors.js';
import { shown } from '../common/shown.js';
import { collectFindings, type Findings } from './findings.js';
import type { ThresholdsConfig } from './model.js';
import { nearestName } from './near-miss.js';

/** A condition that a run must meet: `{scope: null, metric: 'response_ms', statistic: 'p99', comparison: '<', limit: 500}`. */
export interface Threshold {
  /** the instance that it is about; null = all invocations */
  scope: string | null;
  metric: ThresholdMetric;
  /** `mean`, `min`, `max` or a quantile `p50` … `p99.9`; null for a metric that is one number */
  statistic: string | null;
  comparison: '<' | '<=' | '>' | '>=';
  limit: number;
}

const TIMES = [
  'response_ms',
  'service_ms',
  'lateness_ms',
  'send_lag_ms',
  'wait_ms',
  'init_ms',
  'execution_ms',
  'duration_ms',
  'latency_ms',
] as const;
/** Shares from 0 to 1. */
const SHARES = ['error_rate', 'cold_share'] as const;
export type ThresholdMetric = (typeof TIMES)[number] | (typeof SHARES)[number];

const CONDITION = /^\s*(<=|>=|<|>)\s*(-?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)\s*$/;

/**
 * Reads the thresholds of a config: `{"response_ms.p99": "< 500", "error_rate": "< 0.01"}` for all invocations, and nested
 * under the name of an instance for that one: `{"instance1": {"response_ms.p50": "<= 20"}}`.
 *
 * @param instances names of the config's instances
 * @throws ConfigError a line for each condition that says nothing
 */
export function parseThresholds(thresholds: ThresholdsConfig, instances: readonly string[]): Threshold[] {
  const findings = collectFindings('thresholds');
  const parsed = readThresholds(thresholds, instances, findings, []);
  findings.throwErrors();
  return parsed;
}

/** The same, with its errors among the findings of a config. */
export function readThresholds(
  thresholds: ThresholdsConfig,
  instances: readonly string[],
  findings: Findings,
  at: readonly string[] = ['thresholds'],
): Threshold[] {
  const parsed: Threshold[] = [];
  const read = (scope: string | null, metric: string, condition: string, place: string[]): void => {
    try {
      parsed.push({ scope, ...parseCondition(metric, condition) });
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      findings.error(place, error.message);
    }
  };
  for (const [key, condition] of Object.entries(thresholds)) {
    if (typeof condition === 'string') read(null, key, condition, [...at, key]);
    else if (!instances.includes(key)) findings.error([...at, key], unknownInstance(key, instances));
    else for (const [metric, inner] of Object.entries(condition)) read(key, metric, inner, [...at, key, metric]);
  }
  return parsed;
}

function parseCondition(name: string, condition: string): Omit<Threshold, 'scope'> {
  const dot = name.indexOf('.');
  const metric = dot < 0 ? name : name.slice(0, dot);
  const statistic = dot < 0 ? null : name.slice(dot + 1);
  const known = [...TIMES, ...SHARES].find((word) => word === metric);
  if (known === undefined) {
    const meant = nearestName(metric, [...TIMES, ...SHARES]);
    throw new ConfigError(
      meant === undefined
        ? `unknown metric; must be one of ${[...TIMES, ...SHARES].join(', ')}`
        : `unknown metric; did you mean "${meant}"?`,
    );
  }
  const isShare = SHARES.some((word) => word === known);
  if (isShare && statistic !== null) throw new ConfigError(`${known} is one number; leave ".${statistic}" out`);
  if (!isShare && !isStatistic(statistic)) {
    throw new ConfigError(`must say which statistic: ${known}.mean, .min, .max or a quantile such as ${known}.p99`);
  }
  const match = CONDITION.exec(condition);
  if (match === null) throw new ConfigError(`must be a comparison such as "< 500", got ${shown(condition)}`);
  return { metric: known, statistic, comparison: match[1] as Threshold['comparison'], limit: Number(match[2]) };
}

function isStatistic(statistic: string | null): boolean {
  if (statistic === 'mean' || statistic === 'max' || statistic === 'min') return true;
  const quantile = /^p(\d{1,2}(?:\.\d+)?|100)$/.exec(statistic ?? '')?.[1];
  return quantile !== undefined;
}

function unknownInstance(name: string, instances: readonly string[]): string {
  const meant = nearestName(name, instances);
  return meant === undefined
    ? 'there is no instance of this name'
    : `there is no such instance; did you mean "${meant}"?`;
}

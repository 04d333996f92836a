import { randomStream } from '../../common/random.js';
import type { LogEvent } from '../../platforms/lambda/logs/executions.js';
import type { InvocationRow } from '../../records/invocations.js';
import type { Manifest } from '../../records/manifest.js';
import { makeRun, type FixtureOptions, type FixtureRun } from './run-fixture.js';

export interface LambdaRunOptions extends FixtureOptions {
  endpoint?: Partial<Manifest['endpoint']>;
}

/** A run on Lambda of which nothing was pulled: ids as Lambda gives them, function errors with status 200. */
export async function makeLambdaRun(folder: string, options: LambdaRunOptions = {}): Promise<FixtureRun> {
  const { endpoint, ...rest } = options;
  return makeRun(folder, {
    pulled: false,
    dropped: false,
    ...rest,
    invocation(row) {
      const made = { ...row, activation_id: uuidOf(row.activation_id), status: row.status === 502 ? 200 : row.status };
      return options.invocation?.(made) ?? made;
    },
    manifest: {
      endpoint: {
        kind: 'lambda',
        url: 'https://lambda.eu-central-1.amazonaws.com',
        region: 'eu-central-1',
        invocation_type: options.blocking === false ? 'Event' : 'RequestResponse',
        ...endpoint,
      },
      ...options.manifest,
    },
  });
}

function uuidOf(hex: string | null): string | null {
  return hex === null ? null : hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

/** What the log of a run says of one of its executions, as it was made up. */
export interface ToldExecution {
  id: string;
  logStream: string;
  startMs: number;
  endMs: number;
  durationMs: number;
  initMs: number | null;
  cold: boolean;
}

export type LogFormat = 'text' | 'json';

export const STREAMS_PER_FUNCTION = 3;

/**
 * The logs that the functions of a run would have written: three environments a function, the first execution of each
 * cold, with lines of the functions' own between. In order of time. Made from the run alone.
 */
export function logsOf({ invocations }: FixtureRun, startEpochMs: number, format: LogFormat = 'text') {
  const random = randomStream(1, 'lambda-logs');
  const executions: ToldExecution[] = [];
  const events: LogEvent[] = [];
  const served = new Map<string, number>();
  for (const row of invocations) {
    if (row.activation_id === null) continue;
    const count = served.get(row.function) ?? 0;
    served.set(row.function, count + 1);
    const logStream = streamOf(row.function, count % STREAMS_PER_FUNCTION);
    const initMs = count < STREAMS_PER_FUNCTION ? Math.round(10_000 * (1 + random())) / 100 : null;
    const durationMs = Math.round(200 * (1 + 10 * random())) / 100;
    const startMs = Math.round(startEpochMs + row.sent_ms! + 5 + (initMs ?? 0));
    const endMs = startMs + Math.ceil(durationMs);
    executions.push({ id: row.activation_id, logStream, startMs, endMs, durationMs, initMs, cold: initMs !== null });
    const place = { logStream, logGroup: `/aws/lambda/${row.function}` };
    for (const [atMs, message] of linesOf(row, { startMs, endMs, durationMs, initMs }, format)) {
      events.push({ atMs, message, ...place });
    }
  }
  return { executions, events: events.toSorted((a, b) => a.atMs! - b.atMs!) };
}

export function streamOf(name: string, environment: number): string {
  return `2026/11/21/[$LATEST]${Buffer.from(`${name}${environment}`).toString('hex').padStart(32, '0')}`;
}

type Times = Pick<ToldExecution, 'startMs' | 'endMs' | 'durationMs' | 'initMs'>;

function linesOf(
  { activation_id: id }: InvocationRow,
  { startMs, endMs, durationMs, initMs }: Times,
  format: LogFormat,
): [number, string][] {
  const billed = Math.ceil(durationMs + (initMs ?? 0));
  if (format === 'json') {
    const json = (type: string, atMs: number, record: object): [number, string] => [
      atMs,
      JSON.stringify({ time: new Date(atMs).toISOString(), type: `platform.${type}`, record }),
    ];
    const metrics = {
      durationMs,
      billedDurationMs: billed,
      memorySizeMB: 128,
      maxMemoryUsedMB: 54,
      ...(initMs === null ? {} : { initDurationMs: initMs }),
    };
    return [
      json('start', startMs, { requestId: id, version: '$LATEST' }),
      [
        startMs,
        JSON.stringify({ timestamp: new Date(startMs).toISOString(), level: 'INFO', message: 'hello', requestId: id }),
      ],
      json('runtimeDone', endMs, { requestId: id, status: 'success', metrics: { durationMs, producedBytes: 2 } }),
      json('report', endMs, { requestId: id, status: 'success', metrics }),
    ];
  }
  const init = initMs === null ? '' : `Init Duration: ${initMs.toFixed(2)} ms\t`;
  return [
    [startMs, `START RequestId: ${id} Version: $LATEST\n`],
    [startMs, `${new Date(startMs).toISOString()}\t${id}\tINFO\thello from REPORT RequestId: ${id}\tDuration: 1 ms\n`],
    [endMs, `END RequestId: ${id}\n`],
    [
      endMs,
      `REPORT RequestId: ${id}\tDuration: ${durationMs.toFixed(2)} ms\tBilled Duration: ${billed} ms\tMemory Size: 128 MB\tMax Memory Used: 54 MB\t${init}\n`,
    ],
  ];
}

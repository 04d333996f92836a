import { basename, join } from 'node:path';
import { symlinkSync } from 'node:fs';
import {
  CloudWatchLogsClient,
  CreateLogGroupCommand,
  CreateLogStreamCommand,
  PutLogEventsCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import { PutTraceSegmentsCommand, XRayClient } from '@aws-sdk/client-xray';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Analysis } from '../../analyzer/analysis.js';
import { cloudWatchActivations, type CloudWatchOptions } from '../../platforms/lambda/activations-cloudwatch.js';
import { xrayWaits } from '../../platforms/lambda/xray-waits.js';
import type { LogEvent } from '../../platforms/lambda/logs/executions.js';
import { asking, readActivations } from '../support/activation-reader.js';
import { type Emulator, startEmulator } from '../support/emulator-process.js';
import { closedPort } from '../support/http-servers.js';
import { logsOf, makeLambdaRun } from '../support/lambda-run.js';
import { emptyFolder, programEnded } from '../support/programs.js';
import { pythonProgram } from '../support/python-package.js';

// moto speaks the protocols of CloudWatch Logs and X-Ray on its own terms. It takes no pattern of ours and gives all lines.
const moto = pythonProgram('moto_server', 'moto[server]==5.2.5');
const ENVIRONMENT = { AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test', AWS_REGION: 'us-east-1' };
// It takes no events that are older than two weeks, as AWS.
const START_MS = Date.now() - 180_000;
const SPAN = { sinceMs: START_MS - 60_000, uptoMs: START_MS + 90_000 };

let url: string;
let emulator: Emulator | undefined;
beforeAll(async () => {
  if (moto === undefined) return;
  url = await closedPort();
  emulator = await startEmulator(moto, ['-H', '127.0.0.1', '-p', new URL(url).port], url);
});
afterAll(() => emulator?.stop());
beforeEach(() => {
  for (const [name, value] of Object.entries(ENVIRONMENT)) vi.stubEnv(name, value);
});

async function putAll(events: readonly LogEvent[]): Promise<void> {
  const client = new CloudWatchLogsClient({ region: 'us-east-1', endpoint: url });
  for (const logGroupName of new Set(events.map(({ logGroup }) => logGroup!))) {
    await client.send(new CreateLogGroupCommand({ logGroupName }));
    const ofGroup = events.filter(({ logGroup }) => logGroup === logGroupName);
    for (const logStreamName of new Set(ofGroup.map(({ logStream }) => logStream!))) {
      await client.send(new CreateLogStreamCommand({ logGroupName, logStreamName }));
      const ofStream = ofGroup.filter(({ logStream }) => logStream === logStreamName);
      const logEvents = ofStream.map(({ atMs, message }) => ({ timestamp: atMs!, message }));
      await client.send(new PutLogEventsCommand({ logGroupName, logStreamName, logEvents }));
    }
  }
  client.destroy();
}

async function madeRun(suffix: string) {
  const cwd = emptyFolder();
  const functions = ['hello', 'sleep', 'cpu'].map((name) => `${name}-${suffix}`) as [string, string, string];
  const endpoint = { url, region: 'us-east-1' };
  const run = await makeLambdaRun(join(cwd, 'runs'), { rows: 300, startEpochMs: START_MS, functions, endpoint });
  const { events, executions } = logsOf(run, START_MS);
  return { cwd, run, functions, events, executions };
}

async function read({ run, functions }: Awaited<ReturnType<typeof madeRun>>, options: Partial<CloudWatchOptions> = {}) {
  const source = cloudWatchActivations({
    runDirectory: run.directory,
    place: { region: 'us-east-1', endpointUrl: url, insecure: false },
    applications: functions,
    expected: 300,
    retries: false,
    callsPerSecond: 1_000,
    ...options,
  });
  const warnings: string[] = [];
  const rows = await readActivations(source, { span: SPAN, reader: asking(warnings) });
  const told = rows.map((row) => [
    row.activation_id,
    row.start_ms,
    row.end_ms,
    row.execution_ms,
    row.init_ms,
    row.log_stream,
  ]);
  return { told: told.toSorted(), warnings };
}

describe.skipIf(moto === undefined)('on moto', () => {
  test('real log events come back as executions: page after page, and by a query', async () => {
    const made = await madeRun('a');
    await putAll(made.events);
    const expected = made.executions
      .map(({ id, startMs, endMs, durationMs, initMs, logStream }) => [
        id,
        startMs,
        endMs,
        durationMs,
        initMs,
        logStream,
      ])
      .toSorted();
    expect(expected).toHaveLength(300);
    // 1,200 lines in three groups by pages of 50, each next one by its token.
    expect(await read(made, { pageSize: 50 })).toEqual({ told: expected, warnings: [] });
    expect(await read(made, { insightsFrom: 1 })).toEqual({ told: expected, warnings: [] });
    const missing = await read({ ...made, functions: ['gone', ...made.functions.slice(1)] as typeof made.functions });
    expect(missing.warnings).toEqual([
      expect.stringMatching(/^there is no log group \/aws\/lambda\/gone in us-east-1/),
    ]);
  });

  test('the analyzer finds them where the run went, with nothing but --source cloudwatch', async () => {
    const { cwd, run, events, executions } = await madeRun('b');
    symlinkSync(basename(run.directory), join(cwd, 'runs', 'latest'));
    await putAll(events);
    const { status, stdout, stderr } = await programEnded('WorkloadAnalyzer', ['--json', '--source', 'cloudwatch'], {
      cwd,
      env: ENVIRONMENT,
    });
    expect(status, stderr).toBe(0);
    const { records, summary } = JSON.parse(stdout) as Analysis;
    expect(records).toMatchObject({ source: 'cloudwatch', read: 300, missing: 0 });
    expect(summary.cold.n).toBe(executions.filter(({ cold }) => cold).length);
  });

  test('traces that were put into X-Ray tell the waits', async () => {
    const made = await madeRun('c');
    const place = { region: 'us-east-1', endpointUrl: url, insecure: false };
    const sampled = made.executions.slice(0, 7);
    const traceOf = (n: number): string =>
      `1-${Math.floor(START_MS / 1000).toString(16)}-${String(n).padStart(24, '0')}`;
    const events = made.events.map((event) => {
      const n = sampled.findIndex(({ id }) => event.message.startsWith(`REPORT RequestId: ${id}\t`));
      return n < 0
        ? event
        : { ...event, message: `${event.message}XRAY TraceId: ${traceOf(n)}\tSegmentId: 0\tSampled: true\t\n` };
    });
    await putAll(events);
    const client = new XRayClient(place.endpointUrl === undefined ? {} : { region: 'us-east-1', endpoint: url });
    const documents = sampled.flatMap(({ id, startMs, endMs, initMs }, n) => {
      const common = { trace_id: traceOf(n), name: 'hello', end_time: endMs / 1000 };
      const receivedS = (startMs - (initMs ?? 0) - 20) / 1000;
      const init = {
        id: 'i',
        name: 'Initialization',
        start_time: (startMs - initMs!) / 1000,
        end_time: (startMs - 1) / 1000,
      };
      return [
        { ...common, id: `a${n}`, origin: 'AWS::Lambda', start_time: receivedS, aws: { request_id: id } },
        {
          ...common,
          id: `b${n}`,
          parent_id: `a${n}`,
          origin: 'AWS::Lambda::Function',
          start_time: startMs / 1000,
          subsegments: initMs === null ? [] : [init],
        },
      ];
    });
    await client.send(
      new PutTraceSegmentsCommand({ TraceSegmentDocuments: documents.map((one) => JSON.stringify(one)) }),
    );
    client.destroy();
    const said: string[] = [];
    const waits = xrayWaits(place);
    await read(made, { waits });
    waits.report((sentence) => said.push(sentence));
    expect(said).toEqual([
      'X-Ray: 7 requests were sampled; the traces of 7 were found, those of 0 were not, and 7 tell the wait',
    ]);
  });
});

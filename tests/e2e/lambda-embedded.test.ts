import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ListTagsCommand } from '@aws-sdk/client-lambda';
import { expect, test } from 'vitest';
import type { Analysis } from '../../analyzer/analysis.js';
import { openTables, quoteText } from '../../records/tables.js';
import { startLambda } from '../embedded/protocols/lambda/lambda-fixture.js';
import { emptyFolder, programEnded } from '../support/programs.js';

interface Truth {
  activation_id: string;
  function: string;
  instance: number;
  cold: boolean;
  zero_epoch_ms: number;
  spawn_ns: number;
  loaded_ns: number;
  run_ns: number;
  done_ns: number;
}

interface Row {
  activation_id: string;
  cold: boolean;
  init_ms: number | null;
  execution_ms: number;
  duration_ms: number;
  billed_ms: number;
  start_ms: number;
  end_ms: number;
  log_stream: string;
  max_memory_bytes: number;
  memory_limit_bytes: number;
  success: boolean;
}

const MIXED = {
  test_name: 'lambda',
  test_duration_in_seconds: 3,
  random_seed: 3,
  limits: { lateness_budget_ms: 60_000 },
  instances: {
    greetings: { application: 'hello', distribution: 'Poisson', rate: 20 },
    naps: {
      application: 'arn:aws:lambda:us-east-1:000000000000:function:sleep',
      distribution: 'Poisson',
      rate: 20,
      param_file: 'naps.json',
    },
  },
};

function configIn(cwd: string, config: object): void {
  writeFileSync(join(cwd, 'naps.json'), JSON.stringify({ ms: 60 }));
  writeFileSync(join(cwd, 'config.json'), JSON.stringify(config));
}

async function rowsIn(run: string): Promise<Row[]> {
  const tables = await openTables();
  try {
    return await tables.query<Row>(`SELECT * FROM read_parquet(${quoteText(join(run, 'activations.parquet'))})`);
  } finally {
    tables.close();
  }
}

/** What CloudWatch's REPORT lines say of each execution is what happened, to the hundredth of a millisecond that they show. */
function expectTruth(rows: Row[], truths: Truth[], success: boolean | null): void {
  const truthOf = new Map(truths.map((truth) => [truth.activation_id, truth]));
  expect(rows).toHaveLength(truths.length);
  const ms = (fromNs: number, toNs: number): number => Math.round((toNs - fromNs) / 1e4) / 100;
  for (const row of rows) {
    const truth = truthOf.get(row.activation_id)!;
    expect(row.cold).toBe(truth.cold);
    const init = truth.cold ? ms(truth.spawn_ns, truth.loaded_ns) : null;
    const duration = ms(truth.run_ns, truth.done_ns);
    expect(row.init_ms).toBe(init);
    expect(row.execution_ms).toBeCloseTo(duration, 6);
    expect(row.duration_ms).toBeCloseTo(duration + (init ?? 0), 6);
    expect(row.billed_ms).toBe(Math.ceil(Math.round((duration + (init ?? 0)) * 100) / 100));
    expect(row.start_ms).toBe(Math.floor(truth.zero_epoch_ms + truth.run_ns / 1e6));
    expect(row.end_ms).toBe(Math.floor(truth.zero_epoch_ms + truth.done_ns / 1e6));
    expect(row).toMatchObject({ success, memory_limit_bytes: 128 * 2 ** 20 });
    expect(row.max_memory_bytes).toBeGreaterThan(2 ** 20);
  }
  // One stream an instance.
  const streams = new Map(rows.map((row) => [truthOf.get(row.activation_id)!.instance, row.log_stream]));
  for (const row of rows) expect(row.log_stream).toBe(streams.get(truthOf.get(row.activation_id)!.instance));
  expect(new Set(streams.values()).size).toBe(streams.size);
}

function truthsIn(path: string): Truth[] {
  const lines = readFileSync(path, 'utf8').trim().split('\n');
  return lines.map((line) => JSON.parse(line) as Truth);
}

test('a run by Lambda’s protocol on the embedded platform is analysed as the truth has it, to its cost', async () => {
  const cwd = emptyFolder();
  configIn(cwd, { ...MIXED, endpoint: 'lambda' });
  // Whatever the environment names, such a run stays on its own platform.
  const env = { AWS_ENDPOINT_URL: 'http://127.0.0.1:1', AWS_REGION: 'eu-north-1', AWS_ACCESS_KEY_ID: 'none' };
  const run = await programEnded('WorkloadInvoker', ['-c', 'config.json', '--embedded'], { cwd, env });
  expect(run.status, run.stderr).toBe(0);
  const analyzed = await programEnded('WorkloadAnalyzer', ['--json'], { cwd });
  expect(analyzed.status, analyzed.stderr).toBe(0);
  const { records, ledger, cost, manifest } = JSON.parse(analyzed.stdout) as Analysis;
  const directory = join(cwd, 'runs', 'latest');
  const truths = truthsIn(join(directory, 'truth.ndjson'));
  expect(records).toMatchObject({ source: 'cloudwatch', missing: 0, complete: true });
  expect(ledger.ok).toBe(ledger.planned);
  expect(truths).toHaveLength(ledger.planned);
  expectTruth(await rowsIn(directory), truths, true);
  // GB-seconds of the billed milliseconds, each ⌈duration + init⌉, at 128 MB.
  const ms = (fromNs: number, toNs: number): number => Math.round((toNs - fromNs) / 1e4);
  const billedMs = truths.map((t) =>
    Math.ceil((ms(t.run_ns, t.done_ns) + (t.cold ? ms(t.spawn_ns, t.loaded_ns) : 0)) / 100),
  );
  const gbS = (billedMs.reduce((sum, billed) => sum + billed, 0) / 1000) * (128 / 1024);
  expect(cost.gb_s).toBeCloseTo(gbS, 9);
  expect(cost.priced).toBe(truths.length);
  expect(JSON.stringify(manifest)).not.toMatch(/AKIA|secret/i);
});

test('deployed, invoked by Events and read from CloudWatch as one does with AWS: by nothing but its variables', async () => {
  const lambda = await startLambda({ cloudwatch: { ingestion_delay_ms: 300 } });
  const cwd = emptyFolder();
  const env = {
    AWS_ENDPOINT_URL: lambda.lambda.endpoint_url,
    AWS_REGION: lambda.lambda.region,
    AWS_ACCESS_KEY_ID: lambda.lambda.access_key_id,
    AWS_SECRET_ACCESS_KEY: lambda.lambda.secret_access_key,
  };
  const deploy = async (...args: string[]) =>
    programEnded('faaslab', ['deploy', 'hello', 'sleep', '--to', 'lambda', ...args], { cwd, env });
  const deployed = await deploy();
  expect(deployed.stdout, deployed.stderr).toMatch(/^hello +created.*\nsleep +created/);
  expect((await deploy()).stdout).toMatch(/^hello +updated.*\nsleep +updated/);
  const Resource = 'arn:aws:lambda:us-east-1:000000000000:function:hello';
  expect((await lambda.client.send(new ListTagsCommand({ Resource }))).Tags).toEqual({ 'deployed-by': 'faaslab' });

  configIn(cwd, { ...MIXED, test_duration_in_seconds: 1, endpoint: { kind: 'lambda', invocation_type: 'Event' } });
  const run = await programEnded('WorkloadInvoker', ['-c', 'config.json'], { cwd, env });
  expect(run.status, run.stderr).toBe(0);
  const analyzed = await programEnded('WorkloadAnalyzer', ['--json', '--source', 'cloudwatch'], { cwd, env });
  expect(analyzed.status, analyzed.stderr).toBe(0);
  const { records, ledger } = JSON.parse(analyzed.stdout) as Analysis;
  expect(records).toMatchObject({ source: 'cloudwatch', read: ledger.planned, missing: 0 });
  // Nobody waited for an answer, and a log of text tells of failures only.
  expectTruth(await rowsIn(join(cwd, 'runs', 'latest')), truthsIn(join(lambda.state, 'truth.ndjson')), null);

  expect((await deploy('--delete')).stdout).toMatch(/^hello +deleted.*\nsleep +deleted/);
  expect(await lambda.stop()).toBe(0);
});

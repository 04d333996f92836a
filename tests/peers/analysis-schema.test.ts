import { spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import type { Analysis } from '../../analyzer/analysis.js';
import { packageRoot } from '../../common/package-root.js';
import { publishedSchema } from '../support/analysis-schema.js';
import { httpServer } from '../support/http-servers.js';
import { answerOk, lambdaEndpoint, LAMBDA_ENVIRONMENT } from '../support/lambda-endpoint.js';
import { emptyFolder, programEnded, runProgram, startProgram } from '../support/programs.js';
import { optionalTool } from '../support/tools.js';

// Runs of the real invoker: what it writes into manifests is not what a fixture thinks it does.
const faultsOf = publishedSchema();
const jq = optionalTool('jq');

function writtenIn(cwd: string): Analysis {
  return JSON.parse(readFileSync(join(cwd, 'runs', 'latest', 'analysis.json'), 'utf8')) as Analysis;
}

function configured(cwd: string, config: object): void {
  const habits = { test_name: 'published', test_duration_in_seconds: 1, random_seed: 1 };
  // These tests are of what is written, on a machine that may be busy.
  const limits = { lateness_budget_ms: 60_000 };
  writeFileSync(join(cwd, 'config.json'), JSON.stringify({ ...habits, limits, ...config }));
}

/** A run of two functions on the embedded platform, analysed as `--json` with results. */
function embeddedRun(cwd: string): Analysis {
  configured(cwd, {
    endpoint: 'embedded',
    blocking_cli: true,
    instances: {
      greetings: { application: 'hello', distribution: 'Constant', rate: 30 },
      work: { application: 'cpu', distribution: 'Poisson', rate: 10 },
    },
    thresholds: { error_rate: '< 1', greetings: { 'response_ms.p50': '< 60000' } },
  });
  const run = runProgram('WorkloadInvoker', ['-c', 'config.json', '--embedded'], { cwd });
  expect(run.status, run.stderr).toBe(0);
  const analyzed = runProgram('WorkloadAnalyzer', ['--json', '-r'], { cwd });
  expect(analyzed.status, analyzed.stderr).toBe(0);
  return JSON.parse(analyzed.stdout) as Analysis;
}

test('a run on the embedded platform is analysed as published, in the file and as --json with -r', () => {
  const cwd = emptyFolder();
  const printed = embeddedRun(cwd);
  expect(faultsOf(printed)).toEqual([]);
  expect(faultsOf(writtenIn(cwd))).toEqual([]);
  expect(printed).toHaveProperty('results');
  expect(printed.thresholds).toHaveLength(2);
});

test('so is one of a plain endpoint whose answers tell workers, with monitors of which one fails', async () => {
  // All from one worker, which the first answer finds new.
  const worker = randomUUID();
  let answers = 0;
  const url = await httpServer((_, response) => {
    answers += 1;
    response.end(JSON.stringify({ exist_id: worker, new_id: answers === 1 ? worker : randomUUID() }));
  });
  const cwd = emptyFolder();
  writeFileSync(join(cwd, 'good.sh'), 'true\n');
  writeFileSync(join(cwd, 'bad.sh'), 'exit 7\n');
  configured(cwd, {
    endpoint: 'generic',
    instances: { probes: { application: 'probe', url, distribution: 'Constant', rate: 20 } },
    perf_monitoring: { runtime_script: 'good.sh', post_script: 'bad.sh' },
  });
  const run = await programEnded('WorkloadInvoker', ['-c', 'config.json'], { cwd });
  expect(run.status, run.stderr).toBe(0);
  const analyzed = await programEnded('WorkloadAnalyzer', [], { cwd });
  expect(analyzed.status, analyzed.stderr).toBe(0);
  const analysis = writtenIn(cwd);
  expect(faultsOf(analysis)).toEqual([]);
  expect(analysis.manifest.monitors.map(({ status }) => status)).toEqual(['ok', 'failed']);
  expect(analysis.series.workers_told).toBe(20);
  expect(analysis.cold_starts).toMatchObject({ count: 1, known: 20 });
});

test('so is one on Lambda, which tells no wait', async () => {
  const { url } = await lambdaEndpoint((request, response) => {
    const { pathname } = request.url;
    if (pathname.endsWith('/account-settings'))
      return void response.end('{"AccountLimit":{"ConcurrentExecutions":10}}');
    if (pathname.endsWith('/configuration')) return void response.end('{"FunctionName":"hello"}');
    return answerOk(request, response, '');
  });
  const cwd = emptyFolder();
  configured(cwd, {
    endpoint: { kind: 'lambda', endpoint_url: url },
    instances: { steady: { application: 'hello', distribution: 'Constant', rate: 20 } },
  });
  const run = await programEnded('WorkloadInvoker', ['-c', 'config.json'], { cwd, env: LAMBDA_ENVIRONMENT });
  expect(run.status, run.stderr).toBe(0);
  const analyzed = await programEnded('WorkloadAnalyzer', [], { cwd, env: LAMBDA_ENVIRONMENT });
  expect(analyzed.status, analyzed.stderr).toBe(0);
  const analysis = writtenIn(cwd);
  expect(faultsOf(analysis)).toEqual([]);
  expect(analysis.overall.parts.all.mean.network_front_wait_ms).not.toBeNull();
});

test('so is one that was interrupted, and one whose invoker was killed', { timeout: 120_000 }, async () => {
  let arrived = 0;
  const url = await httpServer((_, response) => {
    arrived += 1;
    response.end('{}');
  });
  for (const [signal, status] of [
    ['SIGINT', 130],
    ['SIGKILL', null],
  ] as const) {
    const cwd = emptyFolder();
    configured(cwd, {
      test_duration_in_seconds: 600,
      endpoint: 'generic',
      instances: { only: { application: 'hi', distribution: 'Constant', rate: 50, url } },
    });
    arrived = 0;
    const invoker = startProgram('WorkloadInvoker', ['-c', 'config.json'], { cwd });
    await vi.waitUntil(() => arrived > 20, { timeout: 60_000 });
    invoker.kill(signal);
    expect((await once(invoker, 'exit'))[0]).toBe(status);
    const analyzed = await programEnded('WorkloadAnalyzer', [], { cwd });
    expect(analyzed.status, analyzed.stderr).toBe(3);
    const analysis = writtenIn(cwd);
    expect(faultsOf(analysis)).toEqual([]);
    expect(analysis.ledger.unreached).toBeGreaterThan(0);
  }
});

test.skipIf(jq === undefined)('the questions on the page of the analysis are answered by jq', () => {
  const page = readFileSync(join(packageRoot, 'docs', 'analysis.md'), 'utf8');
  const questions = [...page.matchAll(/```jq\n([^]*?)```/g)].map(([, question]) => question!);
  const cwd = emptyFolder();
  const { functions, overall, cold_starts } = embeddedRun(cwd);
  const answered = (question: string | undefined, ...flags: string[]): string => {
    const { status, stdout, stderr } = spawnSync(jq!, [...flags, question!, 'runs/latest/analysis.json'], {
      cwd,
      encoding: 'utf8',
    });
    expect(status, stderr).toBe(0);
    return stdout;
  };
  expect(questions).toHaveLength(3);

  const largest = functions.map(({ name, parts }) => {
    const known = Object.entries(parts.all.mean).filter(([, mean]) => mean !== null) as [string, number][];
    const [part, mean] = known.reduce((most, one) => (one[1] >= most[1] ? one : most));
    return `${name}: ${part} ${Math.round(mean * 100) / 100}\n`;
  });
  expect(largest).toHaveLength(2);
  expect(answered(questions[0], '-r')).toBe(largest.join(''));

  const { value, low, high } = overall.response_ms.p50;
  expect(value).toBeGreaterThan(0);
  expect(JSON.parse(answered(questions[1]))).toEqual([value, low, high]);

  const rows = answered(questions[2], '-r').trimEnd().split('\n');
  expect(rows.map((row) => row.split('\t').slice(0, 3))).toEqual(
    cold_starts.by_idle_gap.map(({ class: of, cold, n }) => [of, `${cold}`, `${n}`]),
  );
  // Two functions, each of which has a first execution.
  expect(rows[0]).toMatch(/^first of its function\t\d\t2\t/);
});

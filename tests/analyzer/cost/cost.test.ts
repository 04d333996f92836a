import { describe, expect, test } from 'vitest';
import type { ActivationRow } from '../../../records/activations.js';
import { packagePrices } from '../../../workload/prices/load.js';
import { awsEndpoint, MIB, pricedRun, reported, type PricedOptions } from './priced-run.js';

/** 2025-07-31 23:59:59.999 UTC and a millisecond later: the init is billed from then on. */
const BEFORE_INIT_BILLING = Date.UTC(2025, 7, 1) - 1;
const GB_S = 0.0000166667;
const LAMBDA = { endpoint: awsEndpoint('us-east-1') };

/** Runs of one function, so that the run's figures are the function's. */
const one = (options: PricedOptions) =>
  pricedRun({ rows: 1, functions: ['f', 'f', 'f'], manifest: LAMBDA, ...options });

describe('an execution on Lambda', () => {
  test('is billed as the platform told it, in GB of 1,024 MB, and for one request', async () => {
    // the line of AWS's announcement: Duration 250.06 ms, Init Duration 100.77 ms, Billed Duration 351 ms, 1024 MB
    const activation = (row: ActivationRow) =>
      reported(row, { durationMs: 250.06, initMs: 100.77, billedMs: 351, mib: 1024 });
    const { cost } = await one({ activation });
    expect(cost).toMatchObject({ priced: 1, unpriced: 0, requests: 1, basis: 'bill', note: null, init_billed: true });
    expect(cost.gb_s).toBeCloseTo(0.351, 12);
    // without its init it would have been billed 251 ms
    expect(cost.init_gb_s).toBeCloseTo(0.1, 12);
    expect(cost.compute_cost).toBeCloseTo(0.351 * GB_S, 15);
    expect(cost.request_cost).toBeCloseTo(0.0000002, 15);
    expect(cost.total).toBe(cost.compute_cost! + cost.request_cost!);
    expect(cost.meaning).toBe('by the list prices of AWS Lambda in us-east-1 for x86_64, of 2026-09-19');
  });

  test('of which the bill is not told is billed init and all, rounded up to the millisecond once', async () => {
    const activation = (row: ActivationRow) =>
      reported(row, { durationMs: 250.06, initMs: 100.77, billedMs: null, mib: 512 });
    // 350.83 → 351 ms · 0.5 GB; without the init 251
    const { cost } = await one({ activation });
    expect(cost.gb_s).toBeCloseTo(0.1755, 12);
    expect(cost.init_gb_s).toBeCloseTo(0.05, 12);
  });

  test('before 2025-08-01 was billed without its init, unless the platform told otherwise', async () => {
    const cold = { durationMs: 250.06, initMs: 100.77, mib: 1024 };
    const priced = async (billedMs: number | null, startEpochMs: number) =>
      (await one({ startEpochMs, activation: (row) => reported(row, { ...cold, billedMs }) })).cost;
    const before = await priced(null, BEFORE_INIT_BILLING);
    expect(before).toMatchObject({ gb_s: 0.251, init_gb_s: 0, init_billed: false });
    expect(await priced(null, BEFORE_INIT_BILLING + 1)).toMatchObject({ gb_s: 0.351, init_billed: true });
    // as of ZIP files then, and as of images, whose init was always billed
    expect(await priced(251, BEFORE_INIT_BILLING)).toMatchObject({ gb_s: 0.251, init_gb_s: 0 });
    expect((await priced(351, BEFORE_INIT_BILLING)).init_gb_s).toBeCloseTo(0.1, 12);
  });

  test('that restored a snapshot has what the restore added to the bill as its init', async () => {
    // 100.4 ms → 101; billed 151 with the restore of 120 ms, of which 50 are billed
    const activation = (row: ActivationRow) => ({
      ...reported(row, { durationMs: 100.4, billedMs: 151, mib: 1024 }),
      restore_ms: 120,
      cold: true,
    });
    const { cost } = await one({ activation });
    expect(cost.gb_s).toBeCloseTo(0.151, 12);
    expect(cost.init_gb_s).toBeCloseTo(0.05, 12);
  });

  test('that failed is billed like any other', async () => {
    const activation = (row: ActivationRow) => ({
      ...reported(row, { durationMs: 3000, billedMs: 3000, mib: 128 }),
      success: false,
      error: 'timeout',
    });
    const { cost } = await one({
      activation,
      invocation: (row) => ({ ...row, outcome: 'failed', error: 'function_error' }),
    });
    expect(cost).toMatchObject({ gb_s: 0.375, requests: 1 });
  });

  test('is billed for each attempt of an asynchronous event, and so is its invocation', async () => {
    // 40 events, each first failed twice: attempts of 100, 200 and 300 ms with 1 GB
    const { cost } = await one({
      rows: 40,
      blocking: false,
      records: (rows) =>
        rows.flatMap((row) =>
          [100, 200, 300].map((billedMs, i) => ({
            ...reported(row, { durationMs: billedMs - 0.5, billedMs, mib: 1024 }),
            attempt: i + 1,
          })),
        ),
    });
    expect(cost).toMatchObject({ priced: 120, requests: 120, unpriced: 0 });
    expect(cost.gb_s).toBeCloseTo(40 * 0.6, 9);
    // a million events: 0.6 M GB-s and 3 M requests
    expect(cost.per_million.value).toBeCloseTo(600_000 * GB_S + 0.6, 9);
    expect(cost.per_million.n).toBe(40);
    // 600,000 − 400,000 GB-s and 3 M − 1 M requests
    expect(cost.per_million_with_free_tier).toBeCloseTo(200_000 * GB_S + 0.4, 9);
  });

  test('by a large event counts as one request more for each begun 64 KB over 256 KB', async () => {
    const requests = async (bytes: number, blocking: boolean) =>
      (
        await one({
          blocking,
          activation: (row) => reported(row, { durationMs: 1, billedMs: 1, mib: 128 }),
          invocation: (row) => ({ ...row, request_bytes: bytes }),
        })
      ).cost.requests;
    // 262,144 bytes are 256 KB; 65,536 are 64 KB
    expect(await requests(262_144, false)).toBe(1);
    expect(await requests(262_145, false)).toBe(2);
    expect(await requests(262_144 + 65_536, false)).toBe(2);
    expect(await requests(262_144 + 65_537, false)).toBe(3);
    // 1 MB: 768 KB over, 12 steps
    expect(await requests(1_048_576, false)).toBe(13);
    expect(await requests(1_048_576, true)).toBe(1);
  });
});

describe('a table of prices', () => {
  test('decides architecture and granularity', async () => {
    const activation = (row: ActivationRow) => reported(row, { durationMs: 101, billedMs: null, mib: 1024 });
    const arm = (await one({ activation, architecture: 'arm64' })).cost;
    expect(arm.compute_cost).toBeCloseTo(0.101 * 0.0000133334, 15);
    expect(arm).toMatchObject({ architecture: 'arm64' });
    expect(arm.meaning).toContain('for arm64');
    // as until December 2020: every begun 100 ms
    const prices = { ...(await packagePrices(undefined)), granularityMs: 100 };
    expect((await one({ activation, prices })).cost.gb_s).toBeCloseTo(0.2, 12);
    const exact = (row: ActivationRow) => reported(row, { durationMs: 200, billedMs: null, mib: 1024 });
    expect((await one({ activation: exact, prices })).cost.gb_s).toBeCloseTo(0.2, 12);
  });

  test('with steps that no binary fraction is still counts whole ones', async () => {
    // 2.1 / 0.3 = 7.000000000000001 with 64 bits, and seven steps
    expect(Math.ceil(2.1 / 0.3)).toBe(8);
    const prices = { ...(await packagePrices(undefined)), granularityMs: 0.3 };
    const activation = (row: ActivationRow) => reported(row, { durationMs: 2.1, billedMs: null, mib: 1024 });
    expect((await one({ activation, prices })).cost.gb_s).toBeCloseTo(0.0021, 12);
  });

  test('bills no execution less than its granularity', async () => {
    const activation = (row: ActivationRow) => reported(row, { durationMs: 0, billedMs: null, mib: 1024 });
    expect((await one({ activation })).cost.gb_s).toBeCloseTo(0.001, 12);
  });

  test('of another region, or beside an emulator, gives an estimate and says why', async () => {
    const priced = async (endpoint: { kind: string; url: string; region?: string }) =>
      (await one({ manifest: { endpoint } })).cost;
    const abroad = await priced(awsEndpoint('eu-central-1'));
    expect(abroad.basis).toBe('estimate');
    expect(abroad.meaning).toBe(
      'an estimate: what the same executions would be billed by the list prices of AWS Lambda in us-east-1 for x86_64, ' +
        'of 2026-09-19; the run was in eu-central-1, whose prices may differ',
    );
    const emulated = await priced({ kind: 'lambda', url: 'http://127.0.0.1:4566', region: 'us-east-1' });
    expect(emulated).toMatchObject({ basis: 'estimate', meaning: expect.stringContaining('is an emulator') as string });
    const dualStack = await priced({ kind: 'lambda', url: 'https://lambda.us-east-1.api.aws', region: 'us-east-1' });
    expect(dualStack.basis).toBe('bill');
  });
});

describe('a run on OpenWhisk', () => {
  const openWhisk = { endpoint: { kind: 'local_openwhisk', url: 'http://127.0.0.1:3233', namespace: 'guest' } };

  test('has an estimate: memory limit × duration, init included', async () => {
    const activation = (row: ActivationRow) => ({
      ...row,
      duration_ms: 130,
      init_ms: 30,
      execution_ms: 100,
      cold: true,
      memory_limit_bytes: 256 * MIB,
    });
    const { cost } = await one({ activation, manifest: openWhisk });
    // 0.25 GB · 130 ms, of which the init is 30
    expect(cost.gb_s).toBeCloseTo(0.0325, 12);
    expect(cost.init_gb_s).toBeCloseTo(0.0075, 12);
    expect(cost).toMatchObject({ basis: 'estimate', note: null });
    expect(cost.meaning).toMatch(/^an estimate: .*; the platform of this run sends no bill$/);
  });

  test('bills the components of a sequence, in sequences too, and not the sequences themselves', async () => {
    const component = (row: ActivationRow, id: string, cause: string, durationMs: number, kind = 'nodejs:20') => ({
      ...row,
      activation_id: id,
      function: id,
      cause,
      kind,
      duration_ms: durationMs,
      execution_ms: kind === 'sequence' ? null : durationMs,
      init_ms: null,
      cold: kind === 'sequence' ? null : false,
      memory_limit_bytes: 1024 * MIB,
    });
    // outer = [first 10 ms, inner = [second 20 ms, third 30 ms]]
    const { cost } = await one({
      manifest: openWhisk,
      records: ([row]) => [
        { ...row!, kind: 'sequence', duration_ms: 60, execution_ms: null, init_ms: null, cold: null },
        component(row!, 'first', row!.activation_id, 10),
        component(row!, 'inner', row!.activation_id, 50, 'sequence'),
        component(row!, 'second', 'inner', 20),
        component(row!, 'third', 'inner', 30),
      ],
    });
    expect(cost).toMatchObject({ priced: 3, requests: 3, unpriced: 0, init_gb_s: 0, note: null });
    expect(cost.gb_s).toBeCloseTo(0.06, 12);
    // all of it is the sequence's, as the config names it
    expect(cost.functions.map(({ name }) => name)).toEqual(['f']);
    expect(cost.per_million).toMatchObject({ n: 1, note: 'no interval: too few (1 < 300)' });
    expect(cost.per_million.value).toBeCloseTo(60_000 * GB_S + 0.6, 9);
  });

  test('is not held up by records that name each other as their cause', async () => {
    const { cost } = await one({
      manifest: openWhisk,
      records: ([row]) => [
        row!,
        { ...row!, activation_id: 'a', cause: 'b' },
        { ...row!, activation_id: 'b', cause: 'a' },
      ],
    });
    expect(cost.priced).toBe(1);
  });

  test('without a waiting time in its records has a cost, and says that the share of inits is not known', async () => {
    const activation = (row: ActivationRow) => ({
      ...row,
      wait_ms: null,
      latency_ms: null,
      init_ms: null,
      cold: null,
      execution_ms: null,
    });
    const { cost } = await one({ activation, manifest: openWhisk });
    expect(cost).toMatchObject({
      priced: 1,
      init_gb_s: null,
      note: 'of 1 of 1 executions nothing tells what their init added',
    });
    expect(cost.total).toBeGreaterThan(0);
  });
});

describe('what is not known', () => {
  test('has no cost but a reason, where no record was pulled', async () => {
    const { cost } = await one({ rows: 12, pulled: false });
    expect(cost).toMatchObject({
      priced: 0,
      unpriced: 12,
      requests: null,
      gb_s: null,
      init_gb_s: null,
      compute_cost: null,
      request_cost: null,
      total: null,
      per_million: { value: null, low: null, high: null, n: 0, method: 'none', note: 'no invocation has a known cost' },
      per_million_with_free_tier: null,
      note: 'not known: 12 invocations have no record of their execution',
    });
  });

  test('is told of an endpoint that names no executions', async () => {
    const { cost } = await one({
      rows: 3,
      pulled: false,
      invocation: (row) => ({ ...row, activation_id: null }),
      manifest: { endpoint: { kind: 'generic', url: 'http://127.0.0.1:8080' } },
    });
    expect(cost.note).toBe('not known: 3 invocations have no record of their execution');
  });

  test('is left out and counted where others are known; a call is priced whole or not at all', async () => {
    const { cost } = await one({
      rows: 30,
      records: (rows) =>
        rows.flatMap((row, i) => {
          const priced = reported(row, { durationMs: 100, billedMs: 100, mib: 1024 });
          if (i === 0) return [];
          if (i === 1) return [{ ...priced, memory_limit_bytes: null }];
          if (i === 2) return [{ ...priced, billed_ms: null, duration_ms: null, execution_ms: null }];
          // the second attempt is known, the first is not
          if (i === 3)
            return [
              { ...priced, memory_limit_bytes: null },
              { ...priced, attempt: 2 },
            ];
          return [priced];
        }),
    });
    // 26 calls and the second attempt of one more
    expect(cost).toMatchObject({ priced: 27, unpriced: 4, requests: 27 });
    expect(cost.gb_s).toBeCloseTo(2.7, 12);
    expect(cost.per_million.n).toBe(26);
    expect(cost.note).toBe(
      'without what is not known: 1 invocation has no record of its execution, 2 records tell no memory limit, 1 record tells no time to bill',
    );
  });

  test('is nothing of what the platform refused or what was never sent', async () => {
    const refused = ['throttled', 'client_error', 'refused', 'dns', 'tls', 'unsigned'];
    const { cost } = await one({
      rows: refused.length + 5,
      records: () => [],
      invocation(row) {
        const never = { ...row, activation_id: null, sent_ms: null, outcome: 'dropped', error: 'in_flight_limit' };
        const error = refused[row.seq];
        if (error !== undefined) return { ...row, activation_id: null, outcome: 'failed', error };
        // may have been executed: nobody knows
        const perhaps = ['timeout', 'reset', 'interrupted'][row.seq - refused.length];
        // timed out before it had a connection: it was not sent
        if (row.seq === refused.length + 3) return { ...never, outcome: 'failed', error: 'timeout' } as typeof row;
        if (perhaps === undefined) return never as typeof row;
        const outcome = perhaps === 'interrupted' ? 'lost' : 'failed';
        return { ...row, activation_id: null, outcome, error: perhaps };
      },
    });
    expect(cost).toMatchObject({ priced: 0, unpriced: 3 });
  });

  test('is called nothing where nothing was executed', async () => {
    const { cost } = await one({
      rows: 2,
      records: () => [],
      invocation: (row) => ({ ...row, activation_id: null, outcome: 'failed', error: 'throttled' }),
    });
    expect(cost).toMatchObject({ priced: 0, unpriced: 0, total: null, functions: [], note: 'nothing was executed' });
  });
});

import { expect, test } from 'vitest';
import { ConfigError } from '../../../common/errors.js';
import { bytesIn } from '../../../platforms/openwhisk/limits.js';
import { connectPlatform } from '../../../platforms/registry.js';
import type { InstanceSpec, Payload } from '../../../workload/model.js';
import { accessTo, openWhiskDouble, recordedLimits } from '../../support/openwhisk-double.js';
import { planSummaryOf, workloadOf } from '../../support/workloads.js';

const PLAN = planSummaryOf(1);

const WEB = { annotations: [{ key: 'web-export', value: true }] };

/** The warnings of a preflight with these instances of `function1`, `function2`, …, which are all web actions. */
async function asked(instances: Partial<InstanceSpec>[], limits: Record<string, unknown> | null = recordedLimits()) {
  const names = instances.map((_, i) => `function${i + 1}`);
  const url = await openWhiskDouble(Object.fromEntries(names.map((name) => [name, WEB])), limits);
  const workload = workloadOf(instances, { endpoint: { kind: 'local_openwhisk' } });
  workload.source.resolved = {
    instances: {
      instance1: { param_file: 'params/big.json' },
      instance2: { data_file: 'photo.png' },
    },
  };
  const platform = await connectPlatform(workload, { access: { openwhisk: accessTo(url) }, insecure: false });
  return { url, warnings: platform.preflight(PLAN) };
}

/** `{"a":"…"}` of so many bytes. */
function jsonOf(bytes: number): string {
  return `{"a":"${'x'.repeat(bytes - 8)}"}`;
}

const params = (bytes: number): Payload => ({ kind: 'params', json: jsonOf(bytes) });
const data = (bytes: number): Payload => ({ kind: 'data', contentType: 'image/png', bytes: new Uint8Array(bytes) });

test('sizes are read as OpenWhisk writes them', () => {
  expect(bytesIn('1048576 B')).toBe(1_048_576);
  expect(bytesIn('5 MB')).toBe(5_242_880);
  expect(bytesIn('512 KB')).toBe(524_288);
  expect([undefined, null, 1_048_576, 'a lot', '', '1 TB'].map(bytesIn)).toEqual([null, null, null, null, null, null]);
});

test('a body as long as the limit passes; the platform refuses only what is longer', async () => {
  const { warnings } = await asked([{ payload: params(1_048_576) }, { payload: data(1_048_576) }]);
  expect(await warnings).toEqual([]);
});

test('every instance above the limit is named with its file and size, as an error of the config', async () => {
  const { url, warnings } = await asked([{ payload: params(1_048_577) }, { payload: data(2_000_000) }, {}]);
  const error = await warnings.then(
    () => undefined,
    (fault: Error) => fault,
  );
  expect(error).toBeInstanceOf(ConfigError);
  expect(error!.message.split('\n')).toEqual([
    expect.stringMatching(/^instances\.instance1\.param_file: params\/big\.json makes a body of 1,048,577 bytes, but /),
    expect.stringMatching(/^instances\.instance2\.data_file: photo\.png makes a body of 2,000,000 bytes, but /),
  ]);
  expect(error!.message).toContain(`${url} takes 1,048,576 (its maxParameterSize): send less, or raise`);
});

test('of a list of parameters the longest is named by its place', async () => {
  const payload: Payload = { kind: 'list', jsons: ['{}', jsonOf(1_048_576), jsonOf(3_000_000), '{}'], order: 'cycle' };
  await expect((await asked([{ payload }])).warnings).rejects.toThrow(
    /^instances\.instance1\.params\[2\]: makes a body of 3,000,000 bytes, but /,
  );
});

test('a platform with a limit of its own is believed', async () => {
  const limits = { ...recordedLimits(), maxParameterSize: '2 MB' };
  expect(await (await asked([{ payload: params(2_097_152) }], limits)).warnings).toEqual([]);
  await expect((await asked([{ payload: params(2_097_153) }], limits)).warnings).rejects.toThrow(/takes 2,097,152 /);
});

test.each([
  ['has no limits', null],
  ['leaves that one out', { invocationsPerMinute: 60 }],
])('where a platform %s, OpenWhisk’s own is a warning', async (_, limits) => {
  const [warning, ...more] = await (await asked([{ payload: params(1_048_577) }], limits)).warnings;
  expect(more).toEqual([]);
  expect(warning).toMatch(/^instances\.instance1\.param_file: params\/big\.json makes a body of 1,048,577 bytes; http/);
  expect(warning).toMatch(/does not tell its own limit, and OpenWhisk's is 1,048,576: .* answered 413$/);
  expect(await (await asked([{ payload: params(1_048_576) }], limits)).warnings).toEqual([]);
});

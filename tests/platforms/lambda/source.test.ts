import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { activationSource, type SourceOptions } from '../../../platforms/sources.js';
import { LAMBDA_ENVIRONMENT } from '../../support/lambda-endpoint.js';
import { makeLambdaRun, type LambdaRunOptions } from '../../support/lambda-run.js';
import { emptyFolder } from '../../support/programs.js';

const VARIABLES = ['AWS_ENDPOINT_URL', 'AWS_ENDPOINT_URL_CLOUDWATCH_LOGS', 'AWS_DEFAULT_REGION', 'AWS_PROFILE'];
beforeEach(() => {
  for (const [name, value] of Object.entries(LAMBDA_ENVIRONMENT)) vi.stubEnv(name, value);
  for (const name of VARIABLES) vi.stubEnv(name, '');
  vi.stubEnv('AWS_EC2_METADATA_DISABLED', 'true');
  vi.stubEnv('AWS_CONFIG_FILE', '/dev/null');
  vi.stubEnv('AWS_SHARED_CREDENTIALS_FILE', '/dev/null');
});
afterEach(() => vi.unstubAllEnvs());

/** The source of a run whose answers came with a REPORT line, but for the first `silent` that are ok. */
async function chosen(silent: number, options: Partial<SourceOptions> = {}, run: LambdaRunOptions = {}) {
  const { directory, manifest, invocations } = await makeLambdaRun(emptyFolder(), { rows: 100, ...run });
  let left = silent;
  const lines = invocations.flatMap(({ seq, activation_id, outcome }) => {
    if (outcome === 'ok' && left > 0) {
      left -= 1;
      return [];
    }
    // Of a function that failed there may be none: the rule asks for those that are ok.
    return outcome === 'ok'
      ? [JSON.stringify({ seq, activation_id, report: `REPORT RequestId: ${activation_id}` })]
      : [];
  });
  await writeFile(join(directory, 'responses.ndjson'), `${lines.join('\n')}\n`);
  const source = await activationSource(manifest, { insecure: false, runDirectory: directory, ...options });
  return source === 'records' ? source : `${source.name} ${source.place.replace(directory, '')}`;
}

const RECORDS = 'records /responses.ndjson';

test('the records are read where every row that is ok came with its report, else CloudWatch of the run’s Region', async () => {
  expect(await chosen(0)).toBe(RECORDS);
  expect(await chosen(1)).toBe('cloudwatch CloudWatch Logs, eu-central-1');
  expect(await chosen(1, { source: 'records' })).toBe(RECORDS);
  expect(await chosen(0, { source: 'cloudwatch' })).toBe('cloudwatch CloudWatch Logs, eu-central-1');
  expect(await chosen(1, {}, { endpoint: { url: 'https://lambda.cn-north-1.amazonaws.com.cn' } })).toMatch(
    /^cloudwatch/,
  );
});

test('of a platform that was started for the run the records are read, and its CloudWatch is not looked for', async () => {
  const run = { endpoint: { url: 'http://127.0.0.1:4566', started_for_run: true } };
  vi.stubEnv('AWS_ENDPOINT_URL', 'http://127.0.0.1:4567');
  expect(await chosen(1, {}, run)).toBe(RECORDS);
  await expect(chosen(1, { source: 'cloudwatch' }, run)).rejects.toThrow(/ended with it.*--source records/);
});

test('of an emulator CloudWatch is read by itself only where a variable names one; AWS is never asked with its keys', async () => {
  const emulator = { endpoint: { url: 'http://127.0.0.1:4566' } };
  expect(await chosen(1, {}, emulator)).toBe(RECORDS);
  expect(await chosen(1, { source: 'cloudwatch' }, emulator)).toBe('cloudwatch CloudWatch Logs, http://127.0.0.1:4566');
  vi.stubEnv('AWS_ENDPOINT_URL', 'http://127.0.0.1:4567');
  expect(await chosen(1, {}, emulator)).toBe('cloudwatch CloudWatch Logs, http://127.0.0.1:4567');
  vi.stubEnv('AWS_ENDPOINT_URL_CLOUDWATCH_LOGS', 'http://127.0.0.1:4568');
  expect(await chosen(1, {}, emulator)).toBe('cloudwatch CloudWatch Logs, http://127.0.0.1:4568');
});

test('files come before everything', async () => {
  const logs = ['a.log', 'b.log'].map((name) => join(emptyFolder(), name));
  for (const path of logs) await writeFile(path, '');
  expect(await chosen(0, { logs })).toBe(`logs ${logs.join(', ')}`);
  // a name that was mistyped, or a folder, is told before anything is read
  await expect(chosen(0, { logs: [...logs, 'gone.log'] })).rejects.toThrow(
    expect.objectContaining({
      exitCode: 2,
      message: expect.stringMatching(/^--logs gone\.log: it cannot be read \(ENOENT/),
    }),
  );
  await expect(chosen(0, { logs: [tmpdir()] })).rejects.toThrow(/cannot be read \(EISDIR/);
});

test.each([
  ['no Region', { AWS_REGION: '' }, { region: undefined }, {}, /which region\?/],
  ['no credentials', { AWS_ACCESS_KEY_ID: '' }, {}, {}, /no usable AWS credentials/],
  [
    'a source of OpenWhisk',
    {},
    {},
    { source: 'openwhisk' },
    /reads OpenWhisk's activations, but the endpoint of this run is lambda/,
  ],
  ['a source that nobody knows', {}, {}, { source: 'logs' }, /--source logs: unknown; one of/],
])('%s is a mistake of usage', async (_, env, endpoint, options, message) => {
  for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value);
  const choosing = chosen(1, options, { endpoint: endpoint as { region?: string } });
  await expect(choosing).rejects.toMatchObject({ exitCode: 2, message: expect.stringMatching(message) as string });
});

test('X-Ray needs credentials too, whatever the source', async () => {
  vi.stubEnv('AWS_ACCESS_KEY_ID', '');
  await expect(chosen(0, { source: 'records', xray: true })).rejects.toThrow(/no usable AWS credentials/);
});

import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import {
  CreateFunctionCommand,
  GetFunctionCommand,
  InvokeCommand,
  ListFunctionsCommand,
  type LambdaClient,
} from '@aws-sdk/client-lambda';
import { afterAll, beforeAll, expect, describe, test } from 'vitest';
import { lambdaClient } from '../../platforms/lambda/client.js';
import { zipOf } from '../../deployer/zip.js';
import { everyManifest, isForLambda } from '../functions/call-function.js';
import { matching } from '../functions/matching.js';
import { type Emulator, startEmulator } from '../support/emulator-process.js';
import { closedPort } from '../support/http-servers.js';
import { emptyFolder, type Ended, programEnded } from '../support/programs.js';
import { packageRoot } from '../../common/package-root.js';
import { pythonProgram } from '../support/python-package.js';

// MiniStack runs functions of both runtimes without containers and speaks Lambda's protocol on its own terms, not on ours.
const ministack = pythonProgram('ministack', 'ministack==1.5.33');
// A program that boto3 brings, so that its presence means that boto3 was installed.
const boto3 = pythonProgram('jp.py', 'boto3==1.43.11');
const ENVIRONMENT = { AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test', AWS_REGION: 'us-east-1' };

let url: string;
let emulator: Emulator | undefined;
let client: LambdaClient;

beforeAll(async () => {
  if (ministack === undefined) return;
  url = await closedPort();
  emulator = await startEmulator(ministack, [], url, { BIND_HOST: '127.0.0.1', GATEWAY_PORT: new URL(url).port });
  const place = { region: 'us-east-1', endpointUrl: url, insecure: false };
  client = lambdaClient(place, { accessKeyId: 'test', secretAccessKey: 'test' });
});
afterAll(async () => {
  client?.destroy();
  await emulator?.stop();
});

function deploy(...args: string[]): Promise<Ended> {
  const env = { ...ENVIRONMENT, AWS_ENDPOINT_URL: url };
  return programEnded('faaslab', ['deploy', ...args, '--to', 'lambda'], { cwd: emptyFolder(), env });
}

async function invoke(FunctionName: string, payload: unknown): Promise<{ error: string | undefined; answer: unknown }> {
  const { FunctionError, Payload } = await client.send(
    new InvokeCommand({ FunctionName, Payload: Buffer.from(JSON.stringify(payload)) }),
  );
  return { error: FunctionError, answer: JSON.parse(Buffer.from(Payload!).toString('utf8')) };
}

describe.skipIf(ministack === undefined)('on MiniStack', () => {
  for (const runtime of ['node', 'python'] as const) {
    test(`every function is deployed with ${runtime}, seen by the SDK, and returns what its manifest expects`, async () => {
      const manifests = everyManifest().filter(
        ({ manifest }) => runtime in manifest.runtimes && manifest.name !== 'crash',
      );
      const folders = manifests.map(({ folder }) => join(packageRoot, 'functions', folder));
      const ended = await deploy(...folders, '--runtime', runtime, '--json');
      expect(ended.status, ended.stderr).toBe(0);
      const { functions } = JSON.parse(ended.stdout) as {
        functions: { name: string; outcome: string; kind: string }[];
      };
      expect(functions.map(({ name }) => name)).toEqual(manifests.map(({ manifest }) => manifest.name));
      const listed = await client.send(new ListFunctionsCommand({}));
      expect(listed.Functions!.map(({ FunctionName }) => FunctionName)).toEqual(
        expect.arrayContaining(manifests.map(({ manifest }) => manifest.name)),
      );
      for (const { manifest } of manifests) {
        const { Configuration, Tags } = await client.send(new GetFunctionCommand({ FunctionName: manifest.name }));
        expect(Configuration).toMatchObject({ Handler: manifest.runtimes[runtime]!.handler });
        expect(Tags).toMatchObject({ 'deployed-by': 'faaslab' });
        for (const { parameters, result, fails } of manifest.expected.filter(isForLambda)) {
          const { error, answer } = await invoke(manifest.name, parameters);
          const message = fails ?? result!['error'];
          if (message !== undefined) {
            expect(error, manifest.name).toBe('Unhandled');
            expect((answer as { errorMessage: string }).errorMessage).toContain(message);
          } else if (manifest.name === 'faas_measure') expect(answer).toBeTypeOf('string');
          else expect(answer).toEqual(matching(result!));
        }
      }
    });
  }

  test('an update changes code and limits, a deletion removes only what is ours', async () => {
    const FunctionName = 'foreign';
    await client.send(
      new CreateFunctionCommand({
        FunctionName,
        Runtime: 'nodejs22.x',
        Role: 'arn:aws:iam::000000000000:role/any',
        Handler: 'index.handler',
        Code: {
          ZipFile: zipOf([{ path: 'index.js', content: Buffer.from('exports.handler = async () => "theirs";') }]),
        },
      }),
    );
    const folder = emptyFolder();
    const manifest = {
      name: FunctionName,
      runtimes: { node: { file: 'foreign.js', main: 'main', handler: 'foreign.handler' } },
      memory_mb: 192,
      timeout_ms: 4_500,
    };
    writeFileSync(join(folder, 'manifest.json'), JSON.stringify(manifest));
    writeFileSync(join(folder, 'foreign.js'), 'exports.handler = async () => "ours";');
    expect(await deploy(folder)).toMatchObject({ status: 1, stderr: expect.stringContaining('was not deployed by') });
    expect(await deploy(folder, '--delete')).toMatchObject({ status: 1, stderr: expect.stringContaining('and stays') });
    expect((await invoke(FunctionName, {})).answer).toBe('theirs');

    expect(await deploy(folder, '--overwrite')).toMatchObject({
      status: 0,
      stdout: 'foreign          updated  nodejs22.x, 192 MB, 4500 ms\n',
    });
    expect((await invoke(FunctionName, {})).answer).toBe('ours');
    const { Configuration } = await client.send(new GetFunctionCommand({ FunctionName }));
    expect(Configuration).toMatchObject({ MemorySize: 192, Timeout: 5, Handler: 'foreign.handler' });
    expect((await deploy(folder, '--dry-run', '--delete')).stdout).toMatch(/^foreign +would delete\n$/);
    expect((await deploy(folder, '--delete')).stdout).toMatch(/^foreign +deleted\n$/);
    expect((await deploy(folder, '--delete')).stdout).toMatch(/^foreign +absent\n$/);
  });

  test.skipIf(boto3 === undefined)('the client of the seed decodes what faas_measure returns, unchanged', async () => {
    const folder = join(packageRoot, 'functions', 'faas_measure');
    for (const runtime of ['python', 'node']) {
      const deployed = await deploy(folder, '--runtime', runtime);
      expect(deployed.status, deployed.stderr).toBe(0);
      const python = join(dirname(boto3!), 'python');
      const { stdout } = await promisify(execFile)(python, ['-c', SEED_CLIENT], {
        env: { ...process.env, ...ENVIRONMENT, AWS_ENDPOINT_URL: url, AWS_DEFAULT_REGION: 'us-east-1' },
      });
      const decoded = JSON.parse(stdout) as Record<string, unknown>;
      expect(decoded).toMatchObject({
        cpu: expect.any(Number),
        cpuu: expect.arrayContaining([expect.any(Number)]),
        io: Array.from({ length: 3 }, () => ({
          speed: expect.stringMatching(/^ [\d.]+ [kMG]?B\/s$/),
          time: expect.stringMatching(/^[\d.e-]+$/),
          time_s: expect.any(Number),
          bytes_per_s: expect.any(Number),
        })),
        stat: expect.objectContaining({
          exist_id: expect.any(String),
          uptime: expect.stringMatching(/^[\d.]+,[\d.]+$/),
        }),
        start_time: expect.any(Number),
        // The seed sends an epoch as sleep.
        note: expect.stringContaining('was taken as a time of day'),
      });
      expect(decoded['elapsed_time']).toBe((decoded['end_time'] as number) - (decoded['start_time'] as number));
    }
  });
});

/** Seed 004's own lines, but for the 30 s that it waits and the iperf3 server that it names. */
const SEED_CLIENT = `
import boto3, json, time
client = boto3.client('lambda')
func_name = 'faas_measure'

cmds = {}
cmds['sleep'] = (time.time() + 0.3) * 1000
cmds['stat'] = {"argv": 1}
cmds['io'] = {"rd": 3, "size": "1M", "cnt": 5}
cmds['cpu'] = {"n": 10000}
cmds['cpuu'] = {"n": 3}

payload = {}
payload['cmds'] = cmds

b_payload = json.dumps(payload).encode()

response = client.invoke(
    FunctionName=func_name,
    InvocationType='RequestResponse',
    LogType='Tail',
    Payload=b_payload,
)

# This is how we get the payload
r = response['Payload'].read().decode('unicode_escape')
if r[0] == '"' and r[-1] == '"':
    r = r[1:-1]

print(json.dumps(json.loads(r)))
`;

import { GetFunctionConfigurationCommand } from '@aws-sdk/client-lambda';
import { expect, onTestFinished, test } from 'vitest';
import { lambdaEnvironment, refusal, startLambda } from '../embedded/protocols/lambda/lambda-fixture.js';
import { emptyFolder, programEnded } from '../support/programs.js';

test('functions come to Lambda, run there as their manifests say, are updated, and go', async () => {
  const platform = await startLambda();
  onTestFinished(async () => void (await platform.stop()));
  const surroundings = { cwd: emptyFolder(), env: lambdaEnvironment(platform) };
  const deploy = (...args: string[]) => programEnded('faaslab', ['deploy', ...args, '--to', 'lambda'], surroundings);

  expect(await deploy('hello', 'json', '--dry-run')).toMatchObject({
    status: 0,
    stdout: expect.stringMatching(/^hello +would create .*\njson +would create .*\n$/),
  });
  expect(await refusal(platform.call('hello'))).toMatch(/^404 ResourceNotFoundException/);

  expect(await deploy('hello')).toEqual({
    status: 0,
    stdout: 'hello            created  nodejs22.x, 128 MB, 10000 ms\n',
    stderr: '',
  });
  expect((await platform.call('hello', { name: 'Ada' })).payload).toEqual({ greeting: 'Hello, Ada!' });

  expect(await deploy('hello', '--runtime', 'python')).toMatchObject({
    status: 0,
    stdout: 'hello            updated  python3.13, 128 MB, 10000 ms\n',
  });
  const settings = await platform.client.send(new GetFunctionConfigurationCommand({ FunctionName: 'hello' }));
  expect(settings).toMatchObject({ Runtime: 'python3.13', Handler: 'hello.handler', MemorySize: 128, Timeout: 10 });

  expect(await deploy('hello', '--delete')).toMatchObject({ stdout: expect.stringMatching(/^hello +deleted\n$/) });
  expect(await deploy('hello', '--delete')).toMatchObject({ stdout: expect.stringMatching(/^hello +absent\n$/) });
  expect(await refusal(platform.call('hello'))).toMatch(/^404 ResourceNotFoundException/);
});

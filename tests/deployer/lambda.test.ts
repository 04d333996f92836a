import { beforeEach, expect, test, vi } from 'vitest';
import { join } from 'node:path';
import { packageRoot } from '../../common/package-root.js';
import { deleteFunction, deployFolder } from '../../deployer/deploy.js';
import { findLambdaTarget } from '../../deployer/targets/find-lambda.js';
import type { LambdaTarget } from '../../deployer/targets/lambda.js';
import { closedPort } from '../support/http-servers.js';
import {
  answerError,
  LAMBDA_ENVIRONMENT,
  LAMBDA_KEYS,
  lambdaEndpoint,
  type LambdaAnswer,
} from '../support/lambda-endpoint.js';
import { emptyFolder, programEnded } from '../support/programs.js';

// What a real Lambda would do with a function is seen in tests/peers; here are the answers that no emulator gives.
const HELLO = join(packageRoot, 'functions', 'hello');

beforeEach(() => {
  for (const [name, value] of Object.entries(LAMBDA_ENVIRONMENT)) vi.stubEnv(name, value);
});

async function targetThatAnswers(answer: LambdaAnswer): Promise<{ target: LambdaTarget; said: string[] }> {
  const { url, requests } = await lambdaEndpoint(answer);
  const target = await findLambdaTarget({ endpointUrl: url, role: undefined, insecure: false });
  return {
    target,
    get said() {
      return requests.map(({ method, url: { pathname } }) => `${method} ${pathname}`);
    },
  };
}

test('a function that faaslab did not tag is neither replaced nor deleted', async () => {
  const lambda = await targetThatAnswers((_, response) => {
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ Configuration: { FunctionName: 'hello' }, Tags: { 'deployed-by': 'somebody' } }));
  });
  await expect(deployFolder(HELLO, lambda.target)).rejects.toThrow(
    /^hello: a function of this name is there and was not deployed by faaslab; --overwrite replaces it$/,
  );
  await expect(deleteFunction('hello', lambda.target)).rejects.toThrow(
    /^hello: it was not deployed by faaslab and stays; aws lambda delete-function removes it$/,
  );
  // Both only asked.
  expect(lambda.said).toEqual(Array(2).fill('GET /2015-03-31/functions/hello'));
});

test('a refusal is one line with AWS’s name and reason', async () => {
  const { target } = await targetThatAnswers(({ method }, response) =>
    method === 'GET'
      ? answerError(response, 404, 'ResourceNotFoundException', { Message: 'Function not found' })
      : answerError(response, 400, 'InvalidParameterValueException', {
          message: 'The role defined for the function\n cannot be assumed by Lambda.',
        }),
  );
  await expect(deployFolder(HELLO, target)).rejects.toThrow(
    /^Lambda at http:\/\/\S+ did not create hello \(400 InvalidParameterValueException\): The role defined for the function cannot be assumed by Lambda\.$/,
  );
});

test('a wrong secret, and an expired token, are told without either', async () => {
  const { target } = await targetThatAnswers(() => undefined);
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'anotherSecret');
  const wrong = deployFolder(HELLO, target);
  await expect(wrong).rejects.toThrow(/^Lambda at \S+ does not accept the signature: check AWS_SECRET_ACCESS_KEY/);
  const message = await wrong.catch(String);
  // The answer repeats what should have been signed, the session token in it.
  expect(message).not.toMatch(/Canonical|anotherSecret/);
  expect(message).not.toContain(LAMBDA_KEYS.sessionToken);
});

test('a closed port is told as such, by the command with exit code 1', async () => {
  const url = await closedPort();
  const { status, stdout, stderr } = await programEnded(
    'faaslab',
    ['deploy', HELLO, '--to', 'lambda', '--endpoint-url', url],
    { cwd: emptyFolder(), env: LAMBDA_ENVIRONMENT },
  );
  expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
  expect(stderr).toBe(
    `faaslab: Lambda at ${url}: cannot be reached (ECONNREFUSED); is it running, and are its address and Region right?\n`,
  );
});

test('on AWS a new function needs a role, which is known before anything is created', async () => {
  const { lambdaHost } = await import('../../deployer/targets/lambda.js');
  const place = { region: 'eu-central-1', insecure: false };
  const aws = lambdaHost({ kind: 'lambda', place, role: null });
  expect(() => aws.check('hello', false)).toThrow(
    /^hello: a new function needs a role: --role ARN, or FAASLAB_LAMBDA_ROLE/,
  );
  expect(() => aws.check('hello', true)).not.toThrow();
  const withRole = lambdaHost({ kind: 'lambda', place, role: 'arn:aws:iam::123456789012:role/worker' });
  expect(() => withRole.check('hello', false)).not.toThrow();
  const emulator = lambdaHost({ kind: 'lambda', place: { ...place, endpointUrl: 'http://127.0.0.1:1' }, role: null });
  expect(() => emulator.check('hello', false)).not.toThrow();
});

import { mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CreateFunctionCommand,
  DeleteFunctionCommand,
  GetFunctionCommand,
  GetFunctionConfigurationCommand,
  InvokeCommand,
  ListFunctionsCommand,
  ListTagsCommand,
  PublishVersionCommand,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateFunctionCodeCommand,
  UpdateFunctionConfigurationCommand,
} from '@aws-sdk/client-lambda';
import { FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventually } from '../../platform-fixture.js';
import { archive, refusal, ROLE, startLambda, type LambdaPlatform } from './lambda-fixture.js';

let lambda: LambdaPlatform;
beforeAll(async () => {
  lambda = await startLambda();
});
afterAll(() => lambda.stop());

const ARN = 'arn:aws:lambda:us-east-1:000000000000:function:';
const code = (value: string): Buffer => archive({ 'index.js': `exports.handler = async () => ${value};` });

test('a function is created with Lambda’s defaults, shown, changed and deleted', async () => {
  const { client } = lambda;
  const FunctionName = 'life';
  const created = await client.send(
    new CreateFunctionCommand({
      FunctionName,
      Runtime: 'nodejs22.x',
      Role: ROLE,
      Handler: 'index.handler',
      Code: { ZipFile: code('1') },
      Tags: { a: 'b' },
    }),
  );
  const { $metadata, ...shown } = created;
  expect($metadata.httpStatusCode).toBe(201);
  expect(shown).toMatchObject({
    FunctionName,
    FunctionArn: `${ARN}life`,
    Runtime: 'nodejs22.x',
    Role: ROLE,
    Handler: 'index.handler',
    CodeSize: code('1').length,
    Timeout: 3,
    MemorySize: 128,
    LastModified: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+0000$/),
    CodeSha256: expect.stringMatching(/^[A-Za-z0-9+/]{43}=$/),
    Version: '$LATEST',
    State: 'Active',
    LastUpdateStatus: 'Successful',
    PackageType: 'Zip',
    Architectures: ['x86_64'],
    EphemeralStorage: { Size: 512 },
    LoggingConfig: { LogFormat: 'Text', LogGroup: '/aws/lambda/life' },
  });
  expect(await client.send(new GetFunctionCommand({ FunctionName: `${ARN}life:$LATEST` }))).toMatchObject({
    Configuration: { FunctionArn: `${ARN}life:$LATEST`, RevisionId: shown.RevisionId },
    Tags: { a: 'b' },
  });
  expect((await lambda.call(FunctionName)).payload).toBe(1);
  const { RevisionId } = await client.send(
    new UpdateFunctionCodeCommand({ FunctionName, ZipFile: code('2'), RevisionId: shown.RevisionId! }),
  );
  expect((await lambda.call(FunctionName)).payload).toBe(2);
  expect(
    await refusal(
      client.send(new UpdateFunctionCodeCommand({ FunctionName, ZipFile: code('3'), RevisionId: shown.RevisionId! })),
    ),
  ).toMatch(/^412 PreconditionFailedException: The RevisionId provided does not match the latest RevisionId/);
  const changed = await client.send(
    new UpdateFunctionConfigurationCommand({
      FunctionName,
      RevisionId: RevisionId!,
      Timeout: 900,
      MemorySize: 10_240,
      Description: 'd',
      Environment: { Variables: { KEY: 'v' } },
    }),
  );
  expect(changed).toMatchObject({
    Timeout: 900,
    MemorySize: 10_240,
    Description: 'd',
    Environment: { Variables: { KEY: 'v' } },
    Handler: 'index.handler',
  });
  expect(await client.send(new GetFunctionConfigurationCommand({ FunctionName }))).toMatchObject({
    Timeout: 900,
    RevisionId: changed.RevisionId,
  });
  expect((await lambda.call(FunctionName)).payload).toBe(2);
  expect((await client.send(new DeleteFunctionCommand({ FunctionName }))).$metadata.httpStatusCode).toBe(204);
  expect(await refusal(client.send(new GetFunctionCommand({ FunctionName })))).toBe(
    `404 ResourceNotFoundException: Function not found: ${ARN}life`,
  );
});

test('functions are listed by name, page after page', async () => {
  for (const FunctionName of ['page-c', 'page-a', 'page-b']) await lambda.create({ 'index.js': '' }, { FunctionName });
  const names: string[] = [];
  let pages = 0;
  for (let Marker: string | undefined; ;) {
    const page = await lambda.client.send(
      new ListFunctionsCommand({ MaxItems: 2, ...(Marker === undefined ? {} : { Marker }) }),
    );
    names.push(...page.Functions!.map(({ FunctionName }) => FunctionName!));
    pages += 1;
    expect(page.Functions!.length).toBeLessThanOrEqual(2);
    if (!page.NextMarker) break;
    Marker = page.NextMarker;
  }
  expect(names).toEqual(names.toSorted());
  expect(names.filter((name) => name.startsWith('page-'))).toEqual(['page-a', 'page-b', 'page-c']);
  expect(pages).toBe(Math.ceil(names.length / 2));
  // Each protocol lists its own.
  expect((await lambda.api('GET', 'actions')).json).toEqual([]);
});

test('tags are listed, added and removed', async () => {
  const FunctionName = await lambda.create({ 'index.js': '' }, { Tags: { a: '1', b: '2' } });
  const Resource = ARN + FunctionName;
  await lambda.client.send(new TagResourceCommand({ Resource, Tags: { b: '3', 'c d': '4' } }));
  await lambda.client.send(new UntagResourceCommand({ Resource, TagKeys: ['a'] }));
  expect((await lambda.client.send(new ListTagsCommand({ Resource }))).Tags).toEqual({ b: '3', 'c d': '4' });
});

test('a function of another Region or account is refused, whatever is asked of it, and nothing is done to its namesake', async () => {
  const { client } = lambda;
  const name = await lambda.create({ 'index.js': 'exports.handler = async () => 1;' });
  const elsewhere = ARN.replace('us-east-1', 'eu-west-1') + name;
  const theirs = ARN.replace('000000000000', '123456789012') + name;
  const asked: [string, (FunctionName: string) => Promise<unknown>][] = [
    ['InvokeFunction', (FunctionName) => client.send(new InvokeCommand({ FunctionName }))],
    ['GetFunction', (FunctionName) => client.send(new GetFunctionCommand({ FunctionName }))],
    ['DeleteFunction', (FunctionName) => client.send(new DeleteFunctionCommand({ FunctionName }))],
    ['TagResource', (Resource) => client.send(new TagResourceCommand({ Resource, Tags: { a: 'b' } }))],
  ];
  for (const [action, ask] of asked) {
    // The words are AWS's, as users quote them.
    expect(await refusal(ask(elsewhere))).toBe(
      "404 ResourceNotFoundException: Functions from 'eu-west-1' are not reachable in this region ('us-east-1')",
    );
    expect(await refusal(ask(theirs))).toBe(
      `403 AccessDeniedException: User: arn:aws:iam::000000000000:user/faaslab is not authorized to perform: lambda:${action} on resource: ${theirs} because no resource-based policy allows the lambda:${action} action`,
    );
  }
  expect(await refusal(asked[0]![1](`123456789012:function:${name}`))).toMatch(/^403 AccessDeniedException: /);
  expect((await lambda.call(ARN + name)).payload).toBe(1);
  expect((await lambda.call(`000000000000:function:${name}`)).payload).toBe(1);
});

test('what Lambda refuses is refused in its words', async () => {
  const { client } = lambda;
  const base = {
    FunctionName: 'refused',
    Runtime: 'nodejs20.x',
    Role: ROLE,
    Handler: 'index.handler',
    Code: { ZipFile: code('1') },
  } as const;
  const create = (more: object): Promise<string> =>
    refusal(client.send(new CreateFunctionCommand({ ...base, ...more })));
  expect(await create({ Timeout: 901 })).toBe(
    "400 ValidationException: 1 validation error detected: Value '901' at 'timeout' failed to satisfy constraint: Member must have value less than or equal to 900",
  );
  expect(await create({ Timeout: 0 })).toMatch(/greater than or equal to 1$/);
  expect(await create({ MemorySize: 64 })).toMatch(
    /at 'memorySize' failed to satisfy constraint: Member must have value greater than or equal to 128$/,
  );
  expect(await create({ Runtime: 'ruby3.3' })).toMatch(
    /^400 InvalidParameterValueException: Value ruby3\.3 at 'runtime' failed to satisfy constraint: Member must satisfy enum value set: \[nodejs18\.x, /,
  );
  expect(await create({ Code: { ZipFile: Buffer.from('no zip') } })).toMatch(
    /^400 InvalidParameterValueException: Could not unzip uploaded file\. Please check your file, then try to upload again\./,
  );
  expect(await create({ Code: { ZipFile: Buffer.alloc(0) } })).toMatch(
    /Uploaded file must be a non-empty zip|Please provide a source for function code/,
  );
  expect(await create({ Code: { S3Bucket: 'b', S3Key: 'k' } })).toMatch(
    /S3Bucket: the embedded platform takes code by ZipFile only$/,
  );
  expect(await create({ Environment: { Variables: { AWS_REGION: 'x', LAMBDA_TASK_ROOT: 'y' } } })).toMatch(
    /Reserved keys used in this request: AWS_REGION, LAMBDA_TASK_ROOT$/,
  );
  expect(await create({ Environment: { Variables: { BIG: 'x'.repeat(4096) } } })).toMatch(/exceeded the 4KB limit/);
  expect(await create({ Layers: ['arn:aws:lambda:us-east-1:1:layer:l:1'] })).toMatch(
    /^400 InvalidParameterValueException: Layers: the embedded platform has none; leave it out$/,
  );
  expect(await create({ Publish: true })).toMatch(/have the version \$LATEST only/);
  expect(await create({ FunctionName: 'no spaces' })).toMatch(
    /^400 ValidationException: 1 validation error detected: Value 'no spaces' at 'functionName' failed to satisfy constraint/,
  );
  await client.send(new CreateFunctionCommand(base));
  expect(await create({})).toBe('409 ResourceConflictException: Function already exist: refused');
  expect(await refusal(client.send(new InvokeCommand({ FunctionName: 'refused', Qualifier: '7' })))).toBe(
    `404 ResourceNotFoundException: Function not found: ${ARN}refused:7`,
  );
  expect(await refusal(client.send(new PublishVersionCommand({ FunctionName: 'refused' })))).toMatch(
    /^404 UnknownOperationException: POST .*the embedded platform has no such operation/,
  );
});

test('a request that nobody signed is refused with AWS’s type in the header', async () => {
  const response = await fetch(`${lambda.lambda.endpoint_url}/2015-03-31/functions`);
  expect([response.status, response.headers.get('x-amzn-errortype'), await response.json()]).toEqual([
    403,
    'MissingAuthenticationTokenException',
    { message: 'Missing Authentication Token' },
  ]);
  const logs = await fetch(lambda.cloudwatch.endpoint_url, {
    method: 'POST',
    headers: { 'X-Amz-Target': 'Logs_20140328.DescribeLogGroups' },
    body: '{}',
  });
  expect([logs.status, await logs.json()]).toEqual([
    400,
    { __type: 'MissingAuthenticationTokenException', message: 'Missing Authentication Token' },
  ]);
});

test('functions, keys and logs survive a restart', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'faaslab-state-'));
  const first = await startLambda({}, ['--state', folder]);
  const FunctionName = await first.create(
    { 'index.js': 'exports.handler = async () => process.env.KEY;' },
    { Environment: { Variables: { KEY: '5' } }, Tags: { t: 'u' } },
  );
  const { requestId } = await first.call(FunctionName);
  const eventsOf = (platform: LambdaPlatform) =>
    eventually(async () => {
      const page = await platform.logs
        .send(new FilterLogEventsCommand({ logGroupName: `/aws/lambda/${FunctionName}` }))
        .catch(() => undefined);
      return page?.events?.some(({ message }) => message!.startsWith(`REPORT RequestId: ${requestId}\t`))
        ? page.events
        : undefined;
    });
  const before = await eventsOf(first);
  await first.stop();
  const second = await startLambda({}, ['--state', folder]);
  expect(second.lambda).toMatchObject({
    access_key_id: first.lambda.access_key_id,
    secret_access_key: first.lambda.secret_access_key,
  });
  expect((await second.client.send(new GetFunctionCommand({ FunctionName }))).Tags).toEqual({ t: 'u' });
  expect((await second.call(FunctionName)).payload).toBe('5');
  const after = await eventsOf(second);
  expect(after.slice(0, before.length)).toEqual(before);
  // Neither OpenWhisk's API nor its database knows them.
  expect((await second.api('GET', 'activations')).json).toEqual([]);
  expect((await second.couch('GET', '/_all_docs')).json.total_rows).toBe(0);
  await second.stop();
  await rm(folder, { recursive: true });
});

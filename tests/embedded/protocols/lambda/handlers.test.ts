import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startLambda, type LambdaPlatform } from './lambda-fixture.js';

/** Handlers as their authors wrote them for AWS. */
let lambda: LambdaPlatform;
beforeAll(async () => {
  lambda = await startLambda();
});
afterAll(() => lambda.stop());

const python = { Runtime: 'python3.12', Handler: 'index.handler' } as const;

describe('Node', () => {
  test('a handler finds its context and environment as on AWS', async () => {
    const name = await lambda.create(
      {
        'index.js': `exports.handler = async (event, context) => {
          const remaining = context.getRemainingTimeInMillis();
          return { event, context, remaining, env: process.env, cwd: process.cwd(), file: __filename };
        };`,
      },
      { Timeout: 20, MemorySize: 256, Environment: { Variables: { OWN: 'x', TZ: 'Europe/Berlin' } } },
    );
    const { payload, requestId } = await lambda.call(name, { a: 1 });
    const arn = `arn:aws:lambda:us-east-1:000000000000:function:${name}`;
    const stream = expect.stringMatching(/^\d{4}\/\d\d\/\d\d\/\[\$LATEST\][0-9a-f]{32}$/);
    expect(payload.event).toEqual({ a: 1 });
    expect(payload.context).toEqual({
      callbackWaitsForEmptyEventLoop: true,
      functionVersion: '$LATEST',
      functionName: name,
      memoryLimitInMB: '256',
      logGroupName: `/aws/lambda/${name}`,
      logStreamName: stream,
      invokedFunctionArn: arn,
      awsRequestId: requestId,
    });
    // Of its 20 s the call itself takes some.
    expect(payload.remaining).toBeGreaterThan(0);
    expect(payload.remaining).toBeLessThanOrEqual(20_000);
    expect(payload.env).toMatchObject({
      OWN: 'x',
      TZ: 'Europe/Berlin',
      AWS_REGION: 'us-east-1',
      AWS_DEFAULT_REGION: 'us-east-1',
      AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs20.x',
      AWS_LAMBDA_FUNCTION_NAME: name,
      AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '256',
      AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
      AWS_LAMBDA_LOG_GROUP_NAME: `/aws/lambda/${name}`,
      AWS_LAMBDA_LOG_STREAM_NAME: stream,
      LAMBDA_TASK_ROOT: payload.cwd,
      _HANDLER: 'index.handler',
      _X_AMZN_TRACE_ID: expect.stringMatching(/^Root=1-[0-9a-f]{8}-[0-9a-f]{24};Parent=[0-9a-f]{16};Sampled=0$/),
    });
    expect(payload.env).not.toHaveProperty('SECRET_OF_THE_PLATFORM');
    expect(Object.keys(payload.env).filter((key) => key.startsWith('FAASLAB') || key.startsWith('__OW'))).toEqual([]);
    expect(payload.file).toBe(`${payload.cwd}/index.js`);
  });

  test.each([
    ['CommonJS', { 'index.js': `exports.handler = async (event) => event.n + 1;` }, 'index.handler', 2],
    [
      'an ES module by its extension',
      { 'index.mjs': `export const handler = async (event) => event.n + 1;` },
      'index.handler',
      2,
    ],
    [
      'an ES module by package.json, which waits at its top',
      {
        'package.json': '{"type":"module"}',
        'index.js': `import { one } from './one.js'; const n = await one(); export const handler = async (event) => event.n + n;`,
        'one.js': `export const one = async () => 1;`,
      },
      'index.handler',
      2,
    ],
    [
      'CommonJS beside type module',
      { 'package.json': '{"type":"module"}', 'index.cjs': `exports.handler = async () => 3;` },
      'index.handler',
      3,
    ],
    [
      'a file in a folder',
      { 'src/app.js': `exports.handler = async () => require('./other').x;`, 'src/other.js': `exports.x = 4;` },
      'src/app.handler',
      4,
    ],
    ['a property of an export', { 'app.js': `exports.api = { v1: { get: async () => 5 } };` }, 'app.api.v1.get', 5],
    ['a package', { 'node_modules/six/index.js': `exports.six = async () => 6;` }, 'six.six', 6],
    [
      'a promise that is not from an async function',
      { 'index.js': `exports.handler = () => Promise.resolve(7);` },
      'index.handler',
      7,
    ],
    [
      'a callback',
      { 'index.js': `exports.handler = (event, context, callback) => setTimeout(callback, 1, null, 8);` },
      'index.handler',
      8,
    ],
    [
      'context.succeed',
      { 'index.js': `exports.handler = (event, context) => { setTimeout(context.succeed, 1, 9); };` },
      'index.handler',
      9,
    ],
    [
      'a value that a plain function returns, which counts for nothing',
      { 'index.js': `exports.handler = () => 10;` },
      'index.handler',
      null,
    ],
    ['nothing', { 'index.js': `exports.handler = async () => {};` }, 'index.handler', null],
  ])('%s', async (_, files, handler, expected) => {
    const name = await lambda.create(files as Record<string, string>, { Handler: handler });
    expect(await lambda.call(name, { n: 1 })).toMatchObject({ status: 200, error: undefined, payload: expected });
  });

  test('a callback’s answer waits until nothing is left to do, unless the handler does not want that', async () => {
    const name = await lambda.create({
      'index.js': `let late = 0;
        exports.handler = (event, context, callback) => {
          context.callbackWaitsForEmptyEventLoop = event.waits;
          const before = late;
          setTimeout(() => { late += 1; }, 30);
          callback(null, { before });
          callback(null, 'a second answer');
        };`,
    });
    // The first leaves its timer running, so that of three calls the second does not see it done, and the third does.
    const { payload: first } = await lambda.call(name, { waits: false });
    const { payload: second, log } = await lambda.call(name, { waits: true });
    const { payload: third } = await lambda.call(name, { waits: true });
    expect([first, second, third]).toEqual([{ before: 0 }, { before: expect.any(Number) }, { before: 2 }]);
    const duration = /\tDuration: ([\d.]+) ms/.exec(log.at(-1)!)![1];
    expect(Number(duration)).toBeGreaterThanOrEqual(29);
  });

  test('for nodejs24.x callbacks are refused, and what a plain function returns counts', async () => {
    const callback = await lambda.create(
      { 'index.js': `exports.handler = (event, context, callback) => callback(null, 1);` },
      { Runtime: 'nodejs24.x' },
    );
    expect((await lambda.call(callback)).payload).toMatchObject({
      errorType: 'Runtime.CallbackHandlerDeprecated',
      errorMessage: expect.stringMatching(
        /^ERROR: AWS Lambda has removed support for callback-based function handlers/,
      ),
    });
    const plain = await lambda.create(
      { 'index.js': `exports.handler = (event, context) => [11, typeof context.done];` },
      { Runtime: 'nodejs24.x' },
    );
    expect((await lambda.call(plain)).payload).toEqual([11, 'undefined']);
  });

  test('the console writes a line an entry, with time, request id and level', async () => {
    const name = await lambda.create({
      'index.js': `console.log('loaded'); exports.handler = async () => { console.error('two\\nlines %d', 2); console.warn({ a: 1 }); console.debug('d'); };`,
    });
    const { log, requestId } = await lambda.call(name);
    const time = String.raw`\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z`;
    const written = log.filter((line) => /^\d/.test(line)).map((line) => line.replace(new RegExp(`^${time}\t`), ''));
    expect(written).toEqual([
      'undefined\tINFO\tloaded',
      `${requestId}\tERROR\ttwo\rlines 2`,
      `${requestId}\tWARN\t{ a: 1 }`,
      `${requestId}\tDEBUG\td`,
    ]);
  });

  test.each([
    [
      'an error',
      `exports.handler = async () => { throw new RangeError('boom'); };`,
      { errorType: 'RangeError', errorMessage: 'boom', trace: expect.arrayContaining(['RangeError: boom']) },
    ],
    [
      'an error by callback',
      `exports.handler = (e, c, callback) => callback(new TypeError('boom'));`,
      { errorType: 'TypeError', errorMessage: 'boom', trace: expect.arrayContaining(['TypeError: boom']) },
    ],
    [
      'what is no error',
      `exports.handler = async () => { throw 'text'; };`,
      { errorType: 'string', errorMessage: 'text', trace: [] },
    ],
    [
      'an answer that JSON cannot hold',
      `exports.handler = async () => { const a = {}; a.a = a; return a; };`,
      { errorType: 'Error', errorMessage: 'Unable to stringify response body', trace: expect.any(Array) },
    ],
    [
      'a promise that never settles',
      `exports.handler = async () => new Promise(() => {});`,
      {
        errorType: 'Runtime.NodeJsExit',
        errorMessage: expect.stringMatching(/Promise that was never settled/),
        trace: expect.any(Array),
      },
    ],
    [
      'an error that nobody caught',
      `exports.handler = async () => { setTimeout(() => { throw new Error('late'); }, 1); await new Promise((r) => setTimeout(r, 5000)); };`,
      { errorType: 'Error', errorMessage: 'late', trace: expect.any(Array) },
    ],
    [
      'a rejection that nobody handled',
      `exports.handler = async () => { Promise.reject(new Error('lost')); await new Promise((r) => setTimeout(r, 5000)); };`,
      { errorType: 'Runtime.UnhandledPromiseRejection', errorMessage: 'Error: lost', trace: expect.any(Array) },
    ],
    [
      'code that cannot be parsed',
      `exports.handler = async ( => {};`,
      {
        errorType: 'Runtime.UserCodeSyntaxError',
        errorMessage: expect.stringMatching(/^SyntaxError: /),
        trace: expect.any(Array),
      },
    ],
    [
      'a module that is missing',
      `require('nowhere'); exports.handler = async () => {};`,
      {
        errorType: 'Runtime.ImportModuleError',
        errorMessage: expect.stringMatching(/^Error: Cannot find module 'nowhere'\nRequire stack:/),
        trace: expect.any(Array),
      },
    ],
    [
      'a handler that is missing',
      `exports.other = async () => {};`,
      {
        errorType: 'Runtime.HandlerNotFound',
        errorMessage: 'index.handler is undefined or not exported',
        trace: expect.any(Array),
      },
    ],
    [
      'a handler that is no function',
      `exports.handler = 3;`,
      {
        errorType: 'Runtime.HandlerNotFound',
        errorMessage: 'index.handler is not a function',
        trace: expect.any(Array),
      },
    ],
    [
      'code that throws',
      `throw new Error('at the top');`,
      { errorType: 'Error', errorMessage: 'at the top', trace: expect.any(Array) },
    ],
  ])('%s is told as AWS tells it', async (_, code, payload) => {
    const name = await lambda.create({ 'index.js': code });
    expect(await lambda.call(name)).toMatchObject({ status: 200, error: 'Unhandled', payload });
  });
});

describe('Python', () => {
  test('a handler finds its context as on AWS', async () => {
    const name = await lambda.create(
      {
        'index.py': `
import os
def handler(event, context):
    return {
        "event": event, "id": context.aws_request_id, "arn": context.invoked_function_arn, "name": context.function_name,
        "version": context.function_version, "memory": context.memory_limit_in_mb, "group": context.log_group_name,
        "stream": context.log_stream_name, "identity": context.identity.cognito_identity_id, "client": context.client_context,
        "remaining": context.get_remaining_time_in_millis(), "cwd": os.getcwd(), "root": os.environ["LAMBDA_TASK_ROOT"],
        "env": os.environ["AWS_EXECUTION_ENV"], "trace": os.environ["_X_AMZN_TRACE_ID"][:7],
    }
`,
      },
      { ...python, Timeout: 20 },
    );
    const { payload, requestId } = await lambda.call(name, { a: 1 });
    expect(payload).toEqual({
      event: { a: 1 },
      id: requestId,
      arn: `arn:aws:lambda:us-east-1:000000000000:function:${name}`,
      name,
      version: '$LATEST',
      memory: '128',
      group: `/aws/lambda/${name}`,
      stream: expect.stringMatching(/^\d{4}\/\d\d\/\d\d\/\[\$LATEST\][0-9a-f]{32}$/),
      identity: null,
      client: null,
      remaining: expect.any(Number),
      cwd: payload.root,
      root: expect.stringMatching(/^\//),
      env: 'AWS_Lambda_python3.12',
      trace: 'Root=1-',
    });
    expect(payload.remaining).toBeLessThanOrEqual(20_000);
  });

  test.each([
    [
      'a package',
      {
        'pkg/__init__.py': '',
        'pkg/app.py': 'from .one import N\ndef handler(event, context):\n    return N\n',
        'pkg/one.py': 'N = 1\n',
      },
      'pkg.app.handler',
      1,
    ],
    ['a path with slashes', { 'src/app.py': 'def handler(event, context):\n    return 2\n' }, 'src/app.handler', 2],
    [
      'decimals',
      { 'index.py': 'from decimal import Decimal\ndef handler(event, context):\n    return Decimal("3.5")\n' },
      'index.handler',
      3.5,
    ],
    ['nothing', { 'index.py': 'def handler(event, context):\n    pass\n' }, 'index.handler', null],
  ])('%s', async (_, files, handler, expected) => {
    const name = await lambda.create(files as Record<string, string>, { Runtime: 'python3.12', Handler: handler });
    expect(await lambda.call(name)).toMatchObject({ status: 200, error: undefined, payload: expected });
  });

  test('prints and logging become lines of its log, one an entry', async () => {
    const name = await lambda.create(
      {
        'index.py': `
import logging
logging.getLogger().setLevel("INFO")
def handler(event, context):
    print("printed")
    logging.info("two\\nlines %d", 2)
    logging.debug("unseen")
`,
      },
      python,
    );
    const { log, requestId } = await lambda.call(name);
    const written = log.filter((line) => !/^(INIT_START|START|END|REPORT) /.test(line));
    expect(written[0]).toBe('printed');
    expect(written[1]).toMatch(
      new RegExp(`^\\[INFO\\]\\t\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z\\t${requestId}\\ttwo\\rlines 2$`),
    );
    expect(written).toHaveLength(2);
  });

  test.each([
    [
      'an exception',
      'def handler(event, context):\n    raise ValueError("boom")\n',
      {
        errorType: 'ValueError',
        errorMessage: 'boom',
        stackTrace: [
          expect.stringMatching(/^ {2}File ".*index\.py", line 2, in handler\n {4}raise ValueError\("boom"\)\n$/),
        ],
      },
    ],
    [
      'an answer that JSON cannot hold',
      'def handler(event, context):\n    return {1, 2}\n',
      {
        errorType: 'Runtime.MarshalError',
        errorMessage: 'Unable to marshal response: Object of type set is not JSON serializable',
        stackTrace: [],
      },
    ],
    [
      'code that cannot be parsed',
      'def handler(event, context)\n    pass\n',
      {
        errorType: 'Runtime.UserCodeSyntaxError',
        errorMessage: expect.stringMatching(/^Syntax error in module 'index': .*\(index\.py, line 1\)$/),
      },
    ],
    [
      'a module that is missing',
      'import nowhere\n',
      {
        errorType: 'Runtime.ImportModuleError',
        errorMessage: "Unable to import module 'index': No module named 'nowhere'",
      },
    ],
    [
      'a handler that is missing',
      'other = 1\n',
      { errorType: 'Runtime.HandlerNotFound', errorMessage: "Handler 'handler' missing on module 'index'" },
    ],
    [
      'sys.exit',
      'import sys\ndef handler(event, context):\n    sys.exit(2)\n',
      {
        errorType: 'Runtime.ExitError',
        errorMessage: expect.stringMatching(
          /^RequestId: [\da-f-]{36} Error: Runtime exited with error: exit status 2$/,
        ),
      },
    ],
  ])('%s is told as AWS tells it', async (_, code, payload) => {
    const name = await lambda.create({ 'index.py': code }, python);
    expect(await lambda.call(name)).toMatchObject({ status: 200, error: 'Unhandled', payload });
  });
});

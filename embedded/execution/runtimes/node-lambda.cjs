'use strict';
/**
 * Lambda's half of node.cjs, loaded for its functions only: how AWS's runtime finds a handler, calls it, logs, and words
 * what goes wrong, so that handlers run here unmodified.
 *
 * Up to Node 22 a handler may answer by callback, whose answer waits until nothing is left to do
 * (callbackWaitsForEmptyEventLoop), and what a function that is not async returns is ignored; from the runtime nodejs24.x on
 * a handler returns its result and callbacks are refused. Which one holds depends on the runtime that the function declares.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/nodejs-handler.html
 * @see https://github.com/aws/aws-lambda-nodejs-runtime-interface-client
 */
const { existsSync, readFileSync } = require('node:fs');
const { basename, dirname, join, resolve } = require('node:path');
const { format, types } = require('node:util');

const TRACE_ID = '_X_AMZN_TRACE_ID';
const REQUEST_ID = Symbol.for('aws.lambda.runtime.requestId');
const [, declared = '0'] = /^AWS_Lambda_nodejs(\d+)/.exec(process.env.AWS_EXECUTION_ENV ?? '') ?? [];
const hasCallbacks = Number(declared) < 24;
const logsJson = process.env.AWS_LAMBDA_LOG_FORMAT === 'JSON';

const CALLBACK_REFUSED =
  'ERROR: AWS Lambda has removed support for callback-based function handlers starting with Node.js 24. You need to modify ' +
  'this function to use a supported handler signature to use Node.js 24 or later. For more information see ' +
  'https://docs.aws.amazon.com/lambda/latest/dg/nodejs-handler.html.';
const NEVER_SETTLED =
  'The Lambda runtime client detected an unexpected Node.js exit code. This is most commonly caused by a Promise that was ' +
  'never settled. For more information, see https://nodejs.org/docs/latest/api/process.html#exit-codes';

/** An error of the runtime's own. */
function fault(type, message, stack) {
  const error = new Error(message);
  error.name = `Runtime.${type}`;
  const calls = error.stack.split('\n').filter((line) => line.startsWith('    at '));
  error.stack = stack ?? [`${error.name}: ${message}`, ...calls].join('\n');
  return error;
}

/** The handler that `src/app.inner.handler` names: property `inner.handler` of the module `src/app`. */
async function load(taskRoot, name) {
  if (name.includes('..')) {
    throw fault(
      'MalformedHandlerName',
      `'${name}' is not a valid handler name. Use absolute paths when specifying root directories in handler names.`,
    );
  }
  const [, file, path] = /^([^.]*)\.(.*)$/.exec(basename(name)) ?? [];
  if (file === undefined) throw fault('MalformedHandlerName', 'Bad handler');
  const loaded = await loadModule(taskRoot, dirname(name), file);
  const handler = path.split('.').reduce((at, key) => at?.[key], loaded);
  if (!handler) throw fault('HandlerNotFound', `${name} is undefined or not exported`);
  if (typeof handler !== 'function') throw fault('HandlerNotFound', `${name} is not a function`);
  if (!hasCallbacks && handler.length >= 3) throw fault('CallbackHandlerDeprecated', CALLBACK_REFUSED);
  return handler;
}

async function loadModule(taskRoot, folder, file) {
  const path = resolve(taskRoot, folder, file);
  const isModule = isModuleFolder(dirname(path));
  try {
    if (existsSync(path) && !existsSync(join(path, '.'))) return require(path);
    if (!isModule && existsSync(`${path}.js`)) return require(`${path}.js`);
    if (isModule && existsSync(`${path}.js`)) return await importFile(`${path}.js`);
    if (existsSync(`${path}.mjs`)) return await importFile(`${path}.mjs`);
    if (existsSync(`${path}.cjs`)) return require(`${path}.cjs`);
    return require(require.resolve(file, { paths: [taskRoot, join(taskRoot, folder)] }));
  } catch (error) {
    if (error instanceof SyntaxError) throw fault('UserCodeSyntaxError', String(error), error.stack);
    if (error?.code === 'MODULE_NOT_FOUND') throw fault('ImportModuleError', String(error));
    throw error;
  }
}

function importFile(path) {
  return import(require('node:url').pathToFileURL(path).href);
}

/** Whether the nearest package.json makes `.js` files ES modules. */
function isModuleFolder(folder) {
  if (folder.endsWith('/node_modules')) return false;
  const file = join(folder, 'package.json');
  if (existsSync(file)) {
    try {
      return JSON.parse(readFileSync(file, 'utf8'))?.type === 'module';
    } catch {
      return false;
    }
  }
  return folder === '/' ? false : isModuleFolder(dirname(folder));
}

/** `{errorType, errorMessage, trace}`, which the caller is told. */
function errorPayload(error) {
  if (types.isNativeError(error) || (error?.name && error.message && error.stack)) {
    return { errorType: error.name, errorMessage: error.message, trace: String(error.stack).split('\n') };
  }
  return { errorType: typeof error, errorMessage: String(error), trace: [] };
}

function logError(what, thrown) {
  const error = thrown instanceof Error ? thrown : new Error(thrown);
  const shown = JSON.stringify(error, (_, value) => (value instanceof Error ? shownError(value) : value));
  writeLine('ERROR', logsJson ? [error] : [what, `\t${shown}`]);
}

function shownError(error) {
  const shown = { errorType: error.name, errorMessage: error.message, code: error.code, ...error };
  return typeof error.stack === 'string' ? { ...shown, stack: error.stack.split('\n') } : shown;
}

const LEVELS = ['TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR', 'FATAL'];

/** One message is one entry of the log: `time TAB request id TAB LEVEL TAB text`, or JSON. */
function writeLine(level, parts) {
  const text = () => `${new Date().toISOString()}\t${globalThis[REQUEST_ID]}\t${level}\t${format(...parts)}`;
  process.stdout.write(`${(logsJson ? jsonLine(level, parts) : text()).replaceAll('\n', '\r')}\n`);
}

/** The console writes lines as AWS's does. */
function patchConsole() {
  const lowest = Math.max(0, LEVELS.indexOf(process.env.AWS_LAMBDA_LOG_LEVEL?.toUpperCase()));
  const at = (level) => (LEVELS.indexOf(level) < lowest ? () => undefined : (...parts) => writeLine(level, parts));
  Object.assign(console, { trace: at('TRACE'), debug: at('DEBUG'), info: at('INFO'), log: at('INFO') });
  Object.assign(console, { warn: at('WARN'), error: at('ERROR'), fatal: at('FATAL') });
}

function jsonLine(level, parts) {
  const entry = { timestamp: new Date().toISOString(), level, requestId: globalThis[REQUEST_ID] };
  const told = (_, value) => (value instanceof Error ? { ...jsonError(value), ...value } : value);
  if (parts.length === 1) {
    try {
      return JSON.stringify({ ...entry, message: parts[0] }, told);
    } catch {
      // what JSON cannot hold is shown as text
    }
  }
  const error = parts.length > 1 ? parts.find((part) => part instanceof Error) : undefined;
  return JSON.stringify({ ...entry, message: format(...parts), ...(error && jsonError(error)) });
}

function jsonError(error) {
  return {
    errorType: error.constructor?.name ?? 'UnknownError',
    errorMessage: error.message,
    stackTrace: String(error.stack).split('\n'),
  };
}

/** What happens when nothing is left to do and the invocation has not ended. */
let whenIdle = null;
process.on('beforeExit', () => {
  const then = whenIdle;
  whenIdle = null;
  then?.();
});

/**
 * Calls the handler.
 * @param link the connection to the platform, which must not count as something left to do
 * @returns what is posted, and where: `response` or `error`
 */
function invoke(handler, event, headers, link) {
  const requestId = headers['lambda-runtime-aws-request-id'];
  globalThis[REQUEST_ID] = requestId;
  const traceId = headers['lambda-runtime-trace-id'];
  if (traceId === undefined) delete process.env[TRACE_ID];
  else process.env[TRACE_ID] = traceId;
  link.unref();
  return new Promise((settle) => {
    let ended = false;
    const end = (path, body) => {
      if (ended) return;
      ended = true;
      whenIdle = null;
      link.ref();
      settle({ path, body });
    };
    const fail = (error) => {
      if (ended) return;
      logError('Invoke Error', error);
      end('error', JSON.stringify(errorPayload(error)));
    };
    const succeed = (result) => {
      let body;
      try {
        body = JSON.stringify(result) ?? 'null';
      } catch {
        return fail(new Error('Unable to stringify response body'));
      }
      end('response', body);
    };
    abandon = (error) => end('error', JSON.stringify(errorPayload(error)));
    const isAsync = handler.constructor?.name === 'AsyncFunction';
    whenIdle = () => (isAsync ? fail(fault('NodeJsExit', NEVER_SETTLED)) : end('response', 'null'));
    try {
      const context = contextOf(headers, requestId);
      if (!hasCallbacks) return Promise.resolve(handler(event, context)).then(succeed, fail);
      const result = handler(event, ...withCallback(context, succeed, fail));
      if (typeof result?.then === 'function') result.then(succeed, fail);
    } catch (error) {
      fail(error);
    }
  });
}

/** The older way to answer. Only the first answer counts. */
function withCallback(context, succeed, fail) {
  let waits = true;
  const failed = (error) => fail(error ?? 'handled');
  const done = (error, result) => (error === undefined || error === null ? succeed(result) : fail(error));
  const callback = (error, result) => {
    if (error !== undefined && error !== null) fail(error);
    else if (waits) whenIdle = () => setImmediate(succeed, result);
    else succeed(result);
  };
  const answers = { succeed, fail: failed, done };
  Object.defineProperty(answers, 'callbackWaitsForEmptyEventLoop', {
    enumerable: true,
    get: () => waits,
    set(value) {
      waits = value;
    },
  });
  return [Object.defineProperties(context, Object.getOwnPropertyDescriptors(answers)), once(callback)];
}

function once(call) {
  let called = false;
  return (...parts) => {
    if (!called) call(...parts);
    called = true;
  };
}

function contextOf(headers, awsRequestId) {
  const { env } = process;
  const deadlineMs = Number(headers['lambda-runtime-deadline-ms']);
  return {
    functionVersion: env.AWS_LAMBDA_FUNCTION_VERSION,
    functionName: env.AWS_LAMBDA_FUNCTION_NAME,
    memoryLimitInMB: env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
    logGroupName: env.AWS_LAMBDA_LOG_GROUP_NAME,
    logStreamName: env.AWS_LAMBDA_LOG_STREAM_NAME,
    clientContext: parsed(headers['lambda-runtime-client-context'], 'ClientContext'),
    identity: parsed(headers['lambda-runtime-cognito-identity'], 'CognitoIdentity'),
    invokedFunctionArn: headers['lambda-runtime-invoked-function-arn'],
    awsRequestId,
    getRemainingTimeInMillis: () => deadlineMs - Date.now(),
  };
}

function parsed(json, name) {
  if (json === undefined) return undefined;
  try {
    return JSON.parse(json);
  } catch (error) {
    throw new Error(`Cannot parse ${name} as json: ${error}`, { cause: error });
  }
}

/** Ends the invocation in hand with an error; before the first one, the init. */
let abandon = null;

/** What nobody caught ends the process; its caller is told. */
function watchUncaught(failInit, leave) {
  const end = (error, status) => {
    if (abandon === null) failInit(error);
    else abandon(error);
    leave(status);
  };
  process.on('uncaughtException', (error) => {
    logError('Uncaught Exception', error);
    end(error, 129);
  });
  process.on('unhandledRejection', (reason, promise) => {
    const error = Object.assign(fault('UnhandledPromiseRejection', String(reason)), { reason, promise });
    logError('Unhandled Promise Rejection', error);
    end(error, 128);
  });
}

/** Before any of the function's code runs. */
function prepare(taskRoot, failInit, leave) {
  process.chdir(taskRoot);
  patchConsole();
  watchUncaught(failInit, leave);
}

module.exports = { prepare, load, invoke, errorPayload, logError };

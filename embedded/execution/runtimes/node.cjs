'use strict';
/**
 * Hosts one function in one Node process: reports on file descriptor 3 that it is ready (and when), loads the code, then asks for work over
 * the Lambda Runtime API until the platform goes away. Stands alone: CommonJS, so that it starts as fast as bare Node.
 *
 * Environment: AWS_LAMBDA_RUNTIME_API (path of a Unix socket), _HANDLER (name of the entry), LAMBDA_TASK_ROOT (the code's
 * folder), FAASLAB_ENTRY (main = OpenWhisk's calling convention, handler = Lambda's), FAASLAB_CODE (the code's file, or its
 * folder when it came as a package), FAASLAB_LOG_END (what ends the log of an invocation on stdout and stderr),
 * FAASLAB_SPAWN_DELAY_MS and FAASLAB_INIT_DELAY_MS (it waits so long before it says that it is ready, and before it loads),
 * FAASLAB_CONCURRENCY (it executes so many invocations at a time, each over a connection of its own), FAASLAB_PREWARMED (it
 * waits for its function: the platform then tells the variables above that are about it).
 */
const { readFileSync, statSync, writeSync } = require('node:fs');
const { connect } = require('node:net');

const { AWS_LAMBDA_RUNTIME_API, FAASLAB_ENTRY, FAASLAB_LOG_END } = process.env;
const { FAASLAB_PREWARMED, FAASLAB_SPAWN_DELAY_MS } = process.env;
// What a prewarmed one learns later.
let { _HANDLER, FAASLAB_CODE, FAASLAB_CONCURRENCY, FAASLAB_INIT_DELAY_MS } = process.env;
hideSettings();
const BASE = '/2018-06-01/runtime';
writeAtOnce('stdout');
writeAtOnce('stderr');
const lambda = FAASLAB_ENTRY === 'handler' ? require('./node-lambda.cjs') : null;

const link = openLink();
const api = link.socket;

function hideSettings() {
  for (const name of Object.keys(process.env)) if (name.startsWith('FAASLAB_')) delete process.env[name];
}

/**
 * A call that writes returns when all is in the platform's hands, as AWS's runtime has it (`writeSync` for each line). By itself
 * Node keeps what a pipe does not take at once and writes it when the function leaves it the time: that would count as memory of
 * the function, and be gone with the process. The stream is not made before it is used, for the sake of cold starts.
 */
function writeAtOnce(name) {
  const { get } = Object.getOwnPropertyDescriptor(process, name);
  let stream;
  Object.defineProperty(process, name, {
    configurable: true,
    enumerable: true,
    get() {
      if (stream === undefined) {
        stream = get.call(process);
        // oxlint-disable-next-line no-underscore-dangle -- Node shows it nowhere else
        stream._handle?.setBlocking?.(true);
      }
      return stream;
    },
  });
}

/** A connection to the platform, over which one invocation goes at a time. */
function openLink() {
  const socket = connect(AWS_LAMBDA_RUNTIME_API);
  // The platform is gone, however that came: nobody is left to work for.
  socket.on('error', () => process.exit(1));
  socket.on('close', () => process.exit(0));
  const answers = [];
  let received = Buffer.alloc(0);
  socket.on('data', (chunk) => {
    received = received.length === 0 ? chunk : Buffer.concat([received, chunk]);
    for (;;) {
      const headEnd = received.indexOf('\r\n\r\n');
      if (headEnd < 0) return;
      const headers = headersOf(received.toString('latin1', 0, headEnd));
      const end = headEnd + 4 + Number(headers['content-length'] ?? 0);
      if (received.length < end) return;
      const body = received.toString('utf8', headEnd + 4, end);
      received = received.subarray(end);
      answers.shift()(headers, body);
    }
  });
  function send(path, body, header) {
    const length = Buffer.byteLength(body);
    const head = `POST ${BASE}${path} HTTP/1.1\r\nHost: runtime\r\nFaaslab-Ns: ${nowNs()}\r\n${header}Content-Length: ${length}\r\n\r\n`;
    // A long answer would take its memory once more to be joined with its head.
    if (length < 65_536) socket.write(head + body);
    else {
      socket.write(head);
      socket.write(body);
    }
  }
  return {
    socket,
    post(path, body) {
      answers.push(() => undefined);
      send(path, body, '');
    },
    /** Answers, and asks for the next work in the same breath: that is the answer to both. */
    postAndAsk(path, body, then) {
      answers.push(then);
      send(path, body, 'Faaslab-Next: 1\r\n');
    },
    /** Says what needs no answer. */
    tell(path) {
      socket.write(`POST /faaslab/${path} HTTP/1.1\r\nHost: runtime\r\n\r\n`);
    },
    ask(path, then) {
      answers.push(then);
      socket.write(`GET ${path} HTTP/1.1\r\nHost: runtime\r\nFaaslab-Ns: ${nowNs()}\r\n\r\n`);
    },
  };
}

function headersOf(head) {
  const headers = {};
  for (const line of head.split('\r\n').slice(1)) {
    const colon = line.indexOf(':');
    headers[line.slice(0, colon).toLowerCase()] = line.slice(colon + 1).trim();
  }
  return headers;
}

/** When this is: the platform's clock is the same, and need not guess how long the news took. */
function nowNs() {
  const [seconds, nanoseconds] = process.hrtime();
  return seconds * 1e9 + nanoseconds;
}

function askForWork(over, entry) {
  over.ask(`${BASE}/invocation/next`, (headers, body) => serve(over, entry, headers, body));
}

/** Finds the entry: a function of OpenWhisk's single file need not be exported, all others are. */
async function load() {
  if (lambda !== null) return lambda.load(process.env.LAMBDA_TASK_ROOT, _HANDLER);
  if (statSync(FAASLAB_CODE).isDirectory()) return entryOf(require(FAASLAB_CODE), undefined);
  const { compileFunction } = require('node:vm');
  const { createRequire } = require('node:module');
  const module = { exports: {} };
  const body = `${readFileSync(FAASLAB_CODE, 'utf8')}\n;return typeof ${_HANDLER} === 'undefined' ? undefined : ${_HANDLER};`;
  const run = compileFunction(body, ['exports', 'require', 'module', '__filename', '__dirname'], {
    filename: FAASLAB_CODE,
  });
  const folder = process.env.LAMBDA_TASK_ROOT;
  const local = run.call(globalThis, module.exports, createRequire(FAASLAB_CODE), module, FAASLAB_CODE, folder);
  return entryOf(module.exports, local);
}

function entryOf(exported, local) {
  const found = local ?? _HANDLER.split('.').reduce((at, name) => at?.[name], exported);
  if (typeof found !== 'function') throw new Error(`Action entrypoint '${_HANDLER}' is not a function.`);
  return found;
}

/** OpenWhisk: a throw is the developer's error, a rejected promise an application error, nothing returned is {}. */
async function callMain(main, event) {
  let result;
  try {
    result = main(event);
  } catch (error) {
    throw failure(error, `An error has occurred: ${error}`);
  }
  try {
    result = await result;
  } catch (error) {
    result = {
      error: error instanceof Error ? { name: error.name, message: error.message, stack: error.stack } : (error ?? {}),
    };
  }
  if (result === undefined) result = {};
  if (typeof result !== 'object') throw failure(null, 'The action did not return a dictionary or array.');
  return result;
}

function failure(error, message) {
  const errorType = error instanceof Error ? error.name : 'Error';
  const stackTrace = error instanceof Error && error.stack ? error.stack.split('\n').slice(1) : [];
  return { errorMessage: message ?? (error instanceof Error ? error.message : String(error)), errorType, stackTrace };
}

/** The error, where it is in the code, and how it came there: V8 puts a syntax error's place before its name. */
function loadMessage(error) {
  if (!(error instanceof Error)) return String(error);
  const lines = (error.stack ?? '').split('\n');
  const place = /^\/.*:\d+$/.test(lines[0]) ? [`    at ${lines[0]}`] : [];
  return [`${error.name}: ${error.message}`, ...place, ...lines.filter((line) => /^ {4}at /.test(line))].join('\n');
}

async function serve(over, entry, headers, body) {
  const id = headers['lambda-runtime-aws-request-id'];
  if (lambda === null) {
    process.env['__OW_ACTIVATION_ID'] = id;
    process.env['__OW_DEADLINE'] = headers['lambda-runtime-deadline-ms'];
  }
  let path = `/invocation/${id}/response`;
  let answer;
  try {
    const event = JSON.parse(body);
    const delayMs = headers['faaslab-delay-ms'];
    if (delayMs !== undefined) await new Promise((go) => wait('run', delayMs, go, over, `/${id}`));
    if (lambda === null) answer = JSON.stringify(await callMain(entry, event)) ?? 'null';
    else {
      const ended = await lambda.invoke(entry, event, headers, api);
      path = `/invocation/${id}/${ended.path}`;
      answer = ended.body;
    }
  } catch (error) {
    path = `/invocation/${id}/error`;
    answer = JSON.stringify(error?.errorMessage === undefined ? failure(error) : error);
  }
  over.postAndAsk(path, answer, (nextHeaders, nextBody) => serve(over, entry, nextHeaders, nextBody));
  // After the answer, so that the caller does not wait for it. The platform hands over nothing before it has read the marks,
  // so that no line changes its owner.
  const mark = FAASLAB_CONCURRENCY === undefined ? FAASLAB_LOG_END : `${FAASLAB_LOG_END.trimEnd()} ${id}\n`;
  process.stdout.write(mark);
  process.stderr.write(mark);
}

/** Leaves when what was posted is on its way. */
function leave(status) {
  // The invocation's own way to its answer goes first.
  setImmediate(() => api.end(() => process.exit(status)));
}

function failInit(error) {
  if (lambda === null) return link.post('/init/error', JSON.stringify(failure(error, loadMessage(error))));
  lambda.logError('Uncaught Exception', error);
  link.post('/init/error', JSON.stringify(lambda.errorPayload(error)));
}

/**
 * Goes on after so long, never earlier, and tells the platform how long it was. A timer waits for the whole milliseconds: it
 * knows no fractions, and may fire up to one early. The rest is waited for turn by turn, so that what else this process
 * executes goes on. Without a time it goes on at once.
 */
function wait(phase, ms, then, over = link, of = '') {
  if (ms === undefined) return then();
  const began = nowNs();
  const due = began + Number(ms) * 1e6;
  const check = () => {
    const now = nowNs();
    const left = (due - now) / 1e6;
    if (left >= 1) return void setTimeout(check, Math.min(Math.floor(left), 2 ** 31 - 1));
    if (left > 0) return void setImmediate(check);
    over.tell(`waited/${phase}/${now - began}${of}`);
    then();
  };
  check();
}

wait('spawn', FAASLAB_SPAWN_DELAY_MS, () => {
  writeSync(3, `${nowNs()}\n`);
  if (FAASLAB_PREWARMED === undefined) begin();
  else link.ask('/faaslab/function', (_, body) => become(JSON.parse(body)));
});

/** Learns which function it hosts, as if it had been started for it. */
function become(variables) {
  Object.assign(process.env, variables);
  ({ _HANDLER, FAASLAB_CODE, FAASLAB_CONCURRENCY, FAASLAB_INIT_DELAY_MS } = process.env);
  hideSettings();
  begin();
}

function begin() {
  wait('init', FAASLAB_INIT_DELAY_MS, () => {
    lambda?.prepare(process.env.LAMBDA_TASK_ROOT, failInit, leave);
    load().then(serveAll, failInit);
  });
}

function serveAll(entry) {
  askForWork(link, entry);
  for (let links = 1; links < Number(FAASLAB_CONCURRENCY ?? 1); links += 1) askForWork(openLink(), entry);
}

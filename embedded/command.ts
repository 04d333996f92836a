import type { Socket } from 'node:net';
import { parseArgs } from 'node:util';
import { setTimeout as delay } from 'node:timers/promises';
import { ConfigError, EXIT, messageOf } from '../common/errors.js';
import { removeBegun } from '../common/files.js';
import type { Endpoints, RunningServer } from './server.js';

const HELP = `faaslab platform [options]

Runs a FaaS platform on this machine that speaks OpenWhisk's REST API and CouchDB's reads of its activations, and AWS's
Lambda and CloudWatch Logs, until SIGINT or SIGTERM.

  --port P           port of the OpenWhisk API (default: any free one)
  --couchdb-port Q   port of the activations database (default: any free one)
  --lambda-port R    port of Lambda and CloudWatch Logs (default: any free one)
  --state DIR        keep functions, activations and keys here (default: a temporary folder, removed at the end)
  --config FILE      JSON: limits.invocations_per_minute, limits.concurrent_invocations, pool.max_instances,
                     pool.max_instances_per_function, pool.queue_limit, pool.keep_alive_ms, pool.spawn_parallelism,
                     pool.placement, pool.placement_seed, pool.prewarm_node, pool.prewarm_python3, pool.stop_grace_ms,
                     couchdb.database, lambda.region, lambda.concurrent_executions, lambda.retry_waits_ms,
                     cloudwatch.ingestion_delay_ms (docs/platform.md)
  --faults FILE      JSON: what goes wrong on purpose (docs/platform.md)
  --host ADDRESS     listen here (default 127.0.0.1); another than loopback needs --allow-remote
  --allow-remote     let other machines in: the functions that they upload are executed on this one
  --json             print one line of JSON with addresses and keys when it accepts requests
  -h, --help

With FAASLAB_PARENT_PIPE=1 it also stops when its stdin ends, with an IPC channel when that closes: so a program that
started it leaves nothing behind, even when it is killed.
`;

const OPTIONS = {
  port: { type: 'string', default: '0' },
  'couchdb-port': { type: 'string', default: '0' },
  'lambda-port': { type: 'string', default: '0' },
  state: { type: 'string' },
  config: { type: 'string' },
  faults: { type: 'string' },
  host: { type: 'string', default: '127.0.0.1' },
  'allow-remote': { type: 'boolean', default: false },
  json: { type: 'boolean', default: false },
  verbose: { type: 'boolean', short: 'v', default: false },
  help: { type: 'boolean', short: 'h', default: false },
} as const;

/** `faaslab platform`: runs the embedded platform until it is told to stop. */
export async function platformCommand(args: string[]): Promise<number> {
  const flags = parseFlags(args);
  if (flags.help) {
    process.stdout.write(HELP);
    return EXIT.done;
  }
  if (!flags['allow-remote'] && !isLoopback(flags.host)) {
    throw new ConfigError(
      `--host ${flags.host}: other machines could execute code here; add --allow-remote if you want that`,
    );
  }
  const { startServer } = await import('./server.js');
  const told = toldToStop();
  const starting = startServer({
    host: flags.host,
    port: portOf(flags.port, '--port'),
    couchdbPort: portOf(flags['couchdb-port'], '--couchdb-port'),
    lambdaPort: portOf(flags['lambda-port'], '--lambda-port'),
    stateFolder: flags.state ?? null,
    configFile: flags.config ?? null,
    faultsFile: flags.faults ?? null,
  });
  const server = await Promise.race([starting, told]);
  if (server === undefined) return interruptedStart(starting);
  process.stdout.write(flags.json ? `${JSON.stringify(server.endpoints)}\n` : instructions(server.endpoints));
  try {
    await Promise.race([told, server.failure]);
  } finally {
    await server.stop();
  }
  return EXIT.done;
}

/** How long an interrupted start has to come to its end: only what hangs ever takes as long. */
const START_GRACE_MS = 2_000;

/**
 * A start that ends soon is undone. One that hangs, in a file system that does not answer, is left where it is: the process
 * ends by SIGINT, 130 to a shell, since an exit would wait for the thread that hangs.
 */
async function interruptedStart(starting: Promise<RunningServer>): Promise<number> {
  process.stderr.write('faaslab platform: interrupted before it accepted requests\n');
  const undone = starting.then(
    (server) => server.stop(),
    () => undefined,
  );
  const ended = undone.then(() => true);
  if (await Promise.race([ended, delay(START_GRACE_MS, false)])) return EXIT.interrupted;
  removeBegun();
  process.removeAllListeners('SIGINT');
  process.kill(process.pid, 'SIGINT');
  return EXIT.interrupted;
}

function parseFlags(args: string[]) {
  let values;
  try {
    ({ values } = parseArgs({ args, options: OPTIONS, strict: true }));
  } catch (error) {
    throw new ConfigError(`${messageOf(error)} (see --help)`, { cause: error });
  }
  // From a variable that is not set; as a folder it would be the working directory.
  const empty = Object.entries(values).find(([, value]) => value === '');
  if (empty !== undefined) throw new ConfigError(`--${empty[0]}: must not be empty`);
  return values;
}

function portOf(text: string, flag: string): number {
  const port = Number(text);
  if (/^\d+$/.test(text) && port <= 65_535) return port;
  throw new ConfigError(`${flag}: must be a port from 0 to 65535, got "${text}"`);
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127(\.\d+){3}$/.test(host);
}

/** Resolves at the first reason to stop; later ones change nothing, since stopping takes a moment only. */
function toldToStop(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => resolve());
    if (process.env['FAASLAB_PARENT_PIPE'] === '1') {
      process.stdin.once('close', resolve).resume();
      // The pipe is watched, but keeps nothing alive: neither a platform that could not start nor one that has stopped.
      (process.stdin as Partial<Socket>).unref?.();
    }
    if (process.connected) {
      process.once('disconnect', resolve);
      // The listener alone would keep the process alive after everything else was stopped.
      process.channel?.unref();
    }
  });
}

function instructions({ state, openwhisk, couchdb, lambda }: Endpoints): string {
  return `The platform accepts requests; Ctrl-C stops it. Its state lies in ${state}

OpenWhisk (wsk, WorkloadInvoker):
  export WHISK_APIHOST=${openwhisk.api_host}
  export WHISK_AUTH=${openwhisk.auth}
CouchDB (WorkloadAnalyzer, database ${couchdb.database}):
  export COUCHDB_URL=${couchdb.url}
  export COUCHDB_USER=${couchdb.username}
  export COUCHDB_PASSWORD=${couchdb.password}
Lambda and CloudWatch Logs (aws, the SDKs, WorkloadInvoker with endpoint "lambda"):
  export AWS_ENDPOINT_URL=${lambda.endpoint_url}
  export AWS_REGION=${lambda.region}
  export AWS_ACCESS_KEY_ID=${lambda.access_key_id}
  export AWS_SECRET_ACCESS_KEY=${lambda.secret_access_key}
${process.env['AWS_SESSION_TOKEN'] === undefined ? '' : '  unset AWS_SESSION_TOKEN\n'}`;
}

import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { PlatformError } from '../common/errors.js';
import { compiledModule } from '../common/package-root.js';
import type { PlatformAccess } from '../platforms/access.js';

/** The embedded platform, running as a child process. */
export interface PlatformProcess {
  access: PlatformAccess;
  /** its state folder, while it runs; holds `truth.ndjson` */
  stateFolder: string;
  /** ends it and waits until it is gone; may be called more than once */
  stop(): Promise<void>;
}

interface FirstLine {
  state: string;
  openwhisk: { api_host: string; auth: string; namespace: string };
  couchdb: { url: string; username: string; password: string; database: string };
  lambda: { endpoint_url: string; region: string; access_key_id: string; secret_access_key: string };
}

/**
 * Starts the embedded platform and waits until it accepts requests. Its state is a temporary folder that it removes itself,
 * also when it or this process is killed.
 * @throws PlatformError if it ends before it is ready
 */
export async function startPlatformProcess(): Promise<PlatformProcess> {
  const child = spawn(process.execPath, [fileURLToPath(compiledModule('embedded/main.js')), '--json'], {
    // Its stdin is a pipe from us: when we are gone, however that came, the platform sees the end of it and stops.
    stdio: ['pipe', 'pipe', 'inherit'],
    env: { ...process.env, FAASLAB_PARENT_PIPE: '1' },
    // Ctrl-C is for us: the platform answers until the run has recorded what was in flight.
    detached: true,
  });
  const line = await firstLine(child);
  return { access: { ...accessOf(line), pid: child.pid! }, stateFolder: line.state, stop: () => stop(child) };
}

async function firstLine(child: ChildProcess): Promise<FirstLine> {
  const lines = createInterface({ input: child.stdout! });
  const ended = once(child, 'exit').then(([code]) => {
    throw new PlatformError(`the embedded platform ended before it was ready (exit code ${code})`);
  });
  const [line] = (await Promise.race([once(lines, 'line'), ended])) as [string];
  ended.catch(() => undefined);
  return JSON.parse(line) as FirstLine;
}

function accessOf({ openwhisk, couchdb, lambda }: FirstLine): PlatformAccess {
  return {
    openwhisk: { apiHost: openwhisk.api_host, auth: openwhisk.auth, namespace: openwhisk.namespace },
    couchdb,
    lambda: {
      endpointUrl: lambda.endpoint_url,
      region: lambda.region,
      accessKeyId: lambda.access_key_id,
      secretAccessKey: lambda.secret_access_key,
    },
  };
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.stdin!.end();
  child.kill('SIGTERM');
  await gone;
}

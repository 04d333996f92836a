import { PlatformError } from '../common/errors.js';
import { startGuard } from '../common/guard.js';
import { NAMESPACE } from './activations/parts.js';
import { openActivationStore } from './activations/store.js';
import { findRuntimes } from './execution/runtimes.js';
import { listen } from './listen.js';
import { createFaults, noFaults } from './faults/faults.js';
import { readFaults } from './faults/read-faults.js';
import { createPlatform } from './platform.js';
import { openAwsFaces } from './protocols/aws/faces.js';
import { couchdbFace } from './protocols/couchdb/face.js';
import { openOpenwhisk } from './protocols/openwhisk/face.js';
import { readSettings } from './settings.js';
import { openState } from './state.js';

export interface ServerOptions {
  host: string;
  /** 0 = any free one */
  port: number;
  couchdbPort: number;
  lambdaPort: number;
  /** null = temporary */
  stateFolder: string | null;
  configFile: string | null;
  /** what goes wrong on purpose; null = nothing */
  faultsFile: string | null;
}

/** What a client needs to know: the first line of `faaslab platform --json`. */
export interface Endpoints {
  pid: number;
  state: string;
  openwhisk: { api_host: string; auth: string; namespace: string };
  couchdb: { url: string; username: string; password: string; database: string };
  lambda: { endpoint_url: string; region: string; access_key_id: string; secret_access_key: string };
  cloudwatch: { endpoint_url: string };
}

export interface RunningServer {
  endpoints: Endpoints;
  /** Rejects when the platform cannot go on. */
  failure: Promise<never>;
  /** Ends everything: no process and no temporary folder remains. */
  stop(): Promise<void>;
}

/** Starts the platform with all its faces. @throws ConfigError, PlatformError */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const settings = await readSettings(options.configFile);
  const faults = options.faultsFile === null ? noFaults : createFaults(await readFaults(options.faultsFile));
  const [runtimes, state] = await Promise.all([findRuntimes(), openState(options.stateFolder)]);
  const guard = startGuard(state.temporaryFolder);
  const undo: (() => void | Promise<void>)[] = [() => state.close(), () => guard.dismiss()];
  async function stop(): Promise<void> {
    for (const step of undo.splice(0).toReversed()) await step();
  }
  try {
    const activations = await openActivationStore(state.folder);
    undo.push(() => activations.close());
    const platform = createPlatform(settings, activations, { runtimes, guard, folder: state.temporaryFolder }, faults);
    undo.push(() => platform.stop());
    const openwhisk = await openOpenwhisk(platform, state);
    undo.push(() => openwhisk.close());
    const api = await listen(options.host, options.port, '--port', openwhisk.listener);
    undo.push(() => api.close());
    openwhisk.listensAt(api.url);
    const couchdb = couchdbFace(platform, state.keys);
    const database = await listen(options.host, options.couchdbPort, '--couchdb-port', couchdb);
    undo.push(() => database.close());
    let lambdaUrl = '';
    const aws = await openAwsFaces(platform, state, () => lambdaUrl);
    undo.push(() => aws.close());
    const lambda = await listen(options.host, options.lambdaPort, '--lambda-port', aws.listener);
    undo.push(() => lambda.close());
    lambdaUrl = lambda.url;
    // Before the fronts close, so that whoever waits for an answer gets it.
    undo.push(() => platform.stop());
    const { keys } = state;
    return {
      stop,
      failure: activations.failure.then((reason) => {
        throw new PlatformError(`${state.folder}: activations cannot be recorded: ${reason.message}`, {
          cause: reason,
        });
      }),
      endpoints: {
        pid: process.pid,
        state: state.folder,
        openwhisk: { api_host: api.url, auth: keys.openwhisk, namespace: NAMESPACE },
        couchdb: {
          url: database.url,
          username: keys.couchdbUser,
          password: keys.couchdbPassword,
          database: settings.database,
        },
        lambda: {
          endpoint_url: lambda.url,
          region: settings.lambda.region,
          access_key_id: keys.accessKeyId,
          secret_access_key: keys.secretAccessKey,
        },
        cloudwatch: { endpoint_url: lambda.url },
      },
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

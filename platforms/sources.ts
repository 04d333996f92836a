import { ConfigError } from '../common/errors.js';
import type { Manifest } from '../records/manifest.js';
import type { CouchDbAccess, PlatformAccess } from './access.js';
import { refuseEndedPlatform } from './ended-with-run.js';
import { readDbIni } from './openwhisk/db-ini.js';
import type { ActivationSource } from './platform.js';

export const SOURCE_NAMES = ['openwhisk', 'couchdb', 'cloudwatch', 'records'] as const;

export interface SourceOptions {
  /** one of SOURCE_NAMES; default by what is given and where the run went */
  source?: string | undefined;
  /** `--couchdb`; else COUCHDB_URL */
  couchdbUrl?: string | undefined;
  /** default `whisk_local_activations` */
  database?: string | undefined;
  dbIni?: string | undefined;
  /** `--documents`: files with OpenWhisk's records, a line each */
  documents?: readonly string[];
  /** where the invoker recorded the run: of a Lambda run the executions are read from there */
  runDirectory?: string | undefined;
  /** `--logs`: files with logs of Lambda */
  logs?: readonly string[] | undefined;
  /** `--xray` */
  xray?: boolean | undefined;
  /** keys in memory; without them the environment is asked */
  access?: PlatformAccess | undefined;
  insecure: boolean;
  /** what the user should know before anything is read, e.g. that a certificate was accepted */
  onNotice?: (notice: string) => void;
  /** what was found in a source, e.g. how many lines a file has */
  onFound?: (sentence: string) => void;
}

/**
 * Where the activations of a run are read: named by `--source`; else the database if one is given, else OpenWhisk's API; of
 * a Lambda run as lambdaSource says. `'records'`: nothing is read, what lies there is all there is.
 *
 * @throws ConfigError   a source that does not fit the run's endpoint, no place or no key for it, a URL with user info
 * @throws PlatformError a certificate that cannot be verified, a platform that ended with the run
 */
export async function activationSource(
  manifest: Manifest,
  options: SourceOptions,
): Promise<ActivationSource | 'records'> {
  const { kind } = manifest.endpoint;
  const { documents = [] } = options;
  if (documents.length > 0) {
    if (!OPENWHISK_KINDS.has(kind)) throw unfit('--documents', "OpenWhisk's activations", kind);
    return (await import('./openwhisk/activations-files.js')).filedActivations(documents);
  }
  if (kind === 'lambda' && options.runDirectory !== undefined && isOfLambda(options.source)) {
    const { lambdaSource } = await import('./lambda/source.js');
    return lambdaSource(manifest, { ...options, runDirectory: options.runDirectory });
  }
  const name = options.source ?? defaultSource(kind, options);
  switch (name) {
    case 'records':
      return 'records';
    case 'couchdb':
    case 'openwhisk':
      if (!OPENWHISK_KINDS.has(kind)) throw unfit(`--source ${name}`, "OpenWhisk's activations", kind);
      if (name === 'openwhisk' || !isDatabaseNamed(options)) refuseEndedPlatform(manifest, options.access);
      return name === 'couchdb' ? couchDbSource(kind, options) : openWhiskSource(manifest, options);
    case 'cloudwatch':
      throw unfit(`--source ${name}`, "Lambda's logs", kind);
    default:
      throw new ConfigError(`--source ${name}: unknown; one of ${SOURCE_NAMES.join(', ')}`);
  }
}

function isOfLambda(source: string | undefined): boolean {
  return source === undefined || source === 'records' || source === 'cloudwatch';
}

const OPENWHISK_KINDS = new Set(['local_openwhisk', 'embedded', 'wsk']);

function unfit(flag: string, reads: string, kind: string): ConfigError {
  return new ConfigError(`${flag} reads ${reads}, but the endpoint of this run is ${kind}; leave the flag out`);
}

function defaultSource(kind: string, { couchdbUrl, dbIni, access }: SourceOptions): string {
  if (!OPENWHISK_KINDS.has(kind)) return 'records';
  const databaseIsGiven =
    couchdbUrl !== undefined || dbIni !== undefined || access?.couchdb !== undefined || environment('COUCHDB_URL');
  return databaseIsGiven ? 'couchdb' : 'openwhisk';
}

/** One that is named, and not only by the environment, may be a copy that somebody made. */
function isDatabaseNamed({ source, couchdbUrl, dbIni }: SourceOptions): boolean {
  const isNamed = couchdbUrl !== undefined || dbIni !== undefined;
  return isNamed || (source === 'couchdb' && environment('COUCHDB_URL') !== undefined);
}

async function couchDbSource(kind: string, options: SourceOptions): Promise<ActivationSource> {
  const access = options.access?.couchdb ?? (await findCouchDbAccess(options));
  const [{ couchDbActivations }, insecure] = await Promise.all([
    import('./openwhisk/activations-couchdb.js'),
    settle(access.url, kind, options),
  ]);
  return couchDbActivations(access, { insecure });
}

async function findCouchDbAccess({ couchdbUrl, database, dbIni }: SourceOptions): Promise<CouchDbAccess> {
  const fromIni = dbIni === undefined ? null : await readDbIni(dbIni);
  const given = couchdbUrl ?? fromIni?.url ?? environment('COUCHDB_URL');
  if (given === undefined)
    throw new ConfigError('where is CouchDB? Set COUCHDB_URL, or give --couchdb URL or --db-ini FILE');
  return {
    url: plainUrl(given, couchdbUrl === undefined ? 'COUCHDB_URL' : '--couchdb'),
    username: environment('COUCHDB_USER') ?? fromIni?.username ?? '',
    password: environment('COUCHDB_PASSWORD') ?? fromIni?.password ?? '',
    database: database ?? 'whisk_local_activations',
  };
}

/**
 * The URL of a database without anything secret in it; the message must not hold the URL, since a password may stand in it.
 * @param from where it was given
 */
export function plainUrl(text: string, from: string): string {
  if (!/^https?:\/\//i.test(text) || !URL.canParse(text)) {
    throw new ConfigError(`${from}: this is no http(s) URL; write http://host:5984`);
  }
  const url = new URL(text);
  if (url.username !== '' || url.password !== '') {
    throw new ConfigError(`${from}: the URL must not hold a user or a password; set COUCHDB_USER and COUCHDB_PASSWORD`);
  }
  return `${url.origin}${url.pathname.replace(/\/+$/, '')}`;
}

async function openWhiskSource({ endpoint }: Manifest, options: SourceOptions): Promise<ActivationSource> {
  const [{ findOpenWhiskAccess }, { openWhiskActivations }] = await Promise.all([
    import('./openwhisk/credentials.js'),
    import('./openwhisk/activations-api.js'),
  ]);
  // The place may have moved since the run (a new port-forward): the environment knows better than the manifest.
  const apiHost = environment('WHISK_APIHOST') ?? endpoint.url;
  const namespace = endpoint.namespace;
  const place = { apiHost, ...(namespace === undefined ? {} : { namespace }) };
  const access = options.access?.openwhisk ?? (await findOpenWhiskAccess(place));
  return openWhiskActivations(access, { insecure: await settle(access.apiHost, endpoint.kind, options) });
}

async function settle(url: string, kind: string, { insecure, onNotice }: SourceOptions): Promise<boolean> {
  const { insecureAsked, settleCertificate } = await import('./tls.js');
  const decision = await settleCertificate({
    apiHost: url,
    kind: kind as Parameters<typeof settleCertificate>[0]['kind'],
    insecure: insecureAsked(insecure),
  });
  if (decision.notice !== null) onNotice?.(decision.notice);
  return decision.insecure;
}

function environment(name: string): string | undefined {
  const value = process.env[name];
  return value === undefined || value === '' ? undefined : value;
}

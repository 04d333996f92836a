import { join } from 'node:path';
import type { Manifest } from '../../records/manifest.js';
import { viewResponses } from '../../records/responses.js';
import { RUN_FILES } from '../../records/run-directory.js';
import { openTables } from '../../records/tables.js';
import { refuseEndedPlatform } from '../ended-with-run.js';
import type { ActivationSource } from '../platform.js';
import type { SourceOptions } from '../sources.js';
import { recordedExecutions } from './activations-records.js';
import { endpointIn, LOGS_ENDPOINT, ranOnAws, XRAY_ENDPOINT } from './service-endpoint.js';
import type { XrayWaits } from './xray-waits.js';

type LambdaSourceOptions = SourceOptions & { runDirectory: string };

/**
 * Where the executions of a Lambda run are read: from files (`--logs`), from what the invoker recorded, or from CloudWatch.
 * By default the records, if every row that is ok came with its REPORT line, else CloudWatch; but of a run on an emulator
 * CloudWatch only where a variable names one, since most have none.
 *
 * @throws ConfigError no region, no credentials, a file that cannot be opened
 * @throws PlatformError a platform that ended with the run
 */
export async function lambdaSource(manifest: Manifest, options: LambdaSourceOptions): Promise<ActivationSource> {
  const { runDirectory, logs = [], onFound } = options;
  const waits = options.xray === true ? await waitsOf(manifest, options) : undefined;
  const source = await chosen();
  return waits === undefined || onFound === undefined ? source : reporting(source, waits, onFound);

  async function chosen(): Promise<ActivationSource> {
    if (logs.length > 0) {
      const { checkLogFiles, logFileActivations } = await import('./activations-files.js');
      await checkLogFiles(logs);
      return logFileActivations({ files: logs, runDirectory, waits, onFound });
    }
    const name = options.source ?? (await defaultSource(manifest, runDirectory));
    return name === 'cloudwatch' ? cloudWatch(manifest, options, waits) : recordedExecutions(runDirectory, waits);
  }
}

async function cloudWatch(
  manifest: Manifest,
  options: LambdaSourceOptions,
  waits: XrayWaits | undefined,
): Promise<ActivationSource> {
  refuseEndedPlatform(manifest, options.access);
  const [{ accessTo }, { cloudWatchActivations }] = await Promise.all([
    import('./service-access.js'),
    import('./activations-cloudwatch.js'),
  ]);
  const { place, credentials } = await accessTo(LOGS_ENDPOINT, manifest, options);
  return cloudWatchActivations({
    runDirectory: options.runDirectory,
    place,
    credentials,
    applications: manifest.instances.map(({ function: name }) => name),
    expected: manifest.ledger.ok + manifest.ledger.failed,
    // A platform that was started for the run ends with it, and with it what it would execute again.
    retries: manifest.endpoint.invocation_type === 'Event' && options.access?.pid === undefined,
    waits,
  });
}

async function waitsOf(manifest: Manifest, options: LambdaSourceOptions): Promise<XrayWaits> {
  const [{ accessTo }, { xrayWaits }] = await Promise.all([import('./service-access.js'), import('./xray-waits.js')]);
  const { place, credentials } = await accessTo(XRAY_ENDPOINT, manifest, options);
  return xrayWaits(place, credentials);
}

/** Says after each reading what X-Ray told, if that is anything new. */
function reporting(source: ActivationSource, waits: XrayWaits, tell: (sentence: string) => void): ActivationSource {
  let said = '';
  return {
    ...source,
    async *activations(span, reader) {
      yield* source.activations(span, reader);
      waits.report((sentence) => {
        if (sentence !== said) tell(sentence);
        said = sentence;
      });
    },
  };
}

async function defaultSource(manifest: Manifest, runDirectory: string): Promise<'records' | 'cloudwatch'> {
  // What a variable names is not the platform that ended with the run.
  const isNamed = endpointIn(LOGS_ENDPOINT) !== undefined && manifest.endpoint.started_for_run !== true;
  const mayHaveLogs = ranOnAws(manifest) || isNamed;
  return mayHaveLogs && !(await areAllReported(runDirectory)) ? 'cloudwatch' : 'records';
}

async function areAllReported(runDirectory: string): Promise<boolean> {
  const tables = await openTables();
  try {
    await tables.view('invocations', join(runDirectory, RUN_FILES.invocations));
    await viewResponses(tables, runDirectory);
    const [row] = await tables.query<{ silent: number }>(
      `SELECT count(*) AS silent FROM invocations
       ANTI JOIN (SELECT seq FROM responses WHERE report IS NOT NULL) USING (seq) WHERE outcome = 'ok'`,
    );
    return row!.silent === 0;
  } finally {
    tables.close();
  }
}

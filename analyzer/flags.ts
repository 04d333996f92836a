import { ConfigError } from '../common/errors.js';
import type { Flags } from '../common/flags.js';
import { ARCHITECTURES } from '../workload/prices/architectures.js';

/** The flags of `WorkloadAnalyzer`; the longer names with an underscore are FaaSProfiler's. */
export const FLAGS = {
  read_results: { alias: ['r', 'read-results'], type: 'boolean', describe: 'show what the functions returned' },
  plot: { alias: 'p', type: 'boolean', describe: 'draw pictures (PNG and SVG files)' },
  save_plot: {
    alias: ['s', 'save-plot'],
    type: 'boolean',
    describe: 'draw, and write results.png here and in the run',
  },
  archive: { alias: 'a', type: 'boolean', describe: 'keep the analysed run in data_archive/' },
  capacity_factor: { alias: ['c', 'capacity-factor'], type: 'boolean', describe: 'write capacity_factors.json' },
  override_testname: {
    alias: ['o', 'override-testname'],
    type: 'string',
    value: 'NAME',
    describe: 'another name for the test',
  },
  verbose: { alias: 'v', type: 'boolean', describe: 'config, stat table, rows, every function' },
  run: { type: 'string', value: 'DIR', default: 'runs/latest', describe: 'which run' },
  report: { type: 'boolean', describe: 'write report.html' },
  json: { type: 'boolean', describe: 'the analysis as one JSON document on stdout' },
  source: { type: 'string', value: 'NAME', describe: 'openwhisk, couchdb, cloudwatch or records' },
  couchdb: { type: 'string', value: 'URL', describe: "OpenWhisk's CouchDB (or COUCHDB_URL)" },
  database: { type: 'string', value: 'NAME', describe: 'its database, if not whisk_local_activations' },
  'db-ini': { type: 'string', value: 'FILE', describe: 'a db_local.ini with a section [db_creds]' },
  documents: {
    type: 'string',
    value: 'FILE…',
    repeatable: 'list',
    describe: "OpenWhisk's activation records, a line each",
  },
  logs: { type: 'string', value: 'FILE…', repeatable: 'list', describe: 'files with REPORT lines of Lambda' },
  xray: { type: 'boolean', describe: "take Lambda's wait times from X-Ray, where it traced" },
  wait: { type: 'number', value: 'SECONDS', default: 60, describe: 'how long to wait for late activations' },
  prices: { type: 'string', value: 'FILE', describe: 'a table of prices of your own, as configs/prices/ has them' },
  architecture: {
    type: 'string',
    choices: ARCHITECTURES,
    default: 'x86_64',
    describe: 'whose prices hold; no record tells it',
  },
  insecure: { alias: 'i', type: 'boolean', describe: 'accept a certificate that cannot be verified' },
} as const;
export type AnalyzerFlags = Flags<typeof FLAGS>;

/** @throws ConfigError what no parser can see */
export function checkFlags({ wait, source, documents, logs, override_testname: name }: AnalyzerFlags): void {
  for (const [flag, files] of Object.entries({ '--documents': documents, '--logs': logs })) {
    if (files.length > 0 && source !== undefined) {
      throw new ConfigError(`${flag} reads files, --source ${source} does not: give one of them`);
    }
  }
  if (!(wait >= 0)) throw new ConfigError('--wait must be a number of seconds ≥ 0');
  const fault = name === undefined ? undefined : nameFault(name);
  if (fault !== undefined) throw new ConfigError(fault);
}

/** A test's name becomes a part of a path. */
function nameFault(name: string): string | undefined {
  const bytes = Buffer.byteLength(name);
  if (bytes < 1 || bytes > 100) return `--override_testname must have 1 to 100 bytes, got ${bytes}`;
  if (/[/\\\0]/.test(name) || name.startsWith('.')) {
    return '--override_testname must hold no slash or backslash and must not begin with a dot';
  }
  return undefined;
}

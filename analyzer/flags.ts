/** The flags of `WorkloadAnalyzer`, as yargs reads them. */
export interface Flags {
  readResults: boolean;
  plot: boolean;
  savePlot: boolean;
  archive: boolean;
  capacityFactor: boolean;
  overrideTestname: string | undefined;
  verbose: boolean;
  run: string;
  report: boolean;
  json: boolean;
  source: string | undefined;
  couchdb: string | undefined;
  database: string | undefined;
  dbIni: string | undefined;
  logs: string[] | undefined;
  wait: number;
  insecure: boolean;
}

export const OPTIONS = {
  read_results: {
    alias: ['r', 'read-results'],
    type: 'boolean',
    default: false,
    describe: 'show what the functions returned',
  },
  plot: { alias: 'p', type: 'boolean', default: false, describe: 'draw pictures (PNG and SVG files)' },
  save_plot: {
    alias: ['s', 'save-plot'],
    type: 'boolean',
    default: false,
    describe: 'draw, and write results.png here and in the run directory',
  },
  archive: { alias: 'a', type: 'boolean', default: false, describe: 'keep the analysed run in data_archive/' },
  capacity_factor: {
    alias: ['c', 'capacity-factor'],
    type: 'boolean',
    default: false,
    describe: 'write capacity_factors.json',
  },
  override_testname: {
    alias: ['o', 'override-testname'],
    type: 'string',
    requiresArg: true,
    describe: "another name for the test, in the analysis and the archive's name",
  },
  verbose: { alias: 'v', type: 'boolean', default: false, describe: 'config, stat table, rows, every function' },
  run: { type: 'string', requiresArg: true, default: 'runs/latest', describe: 'which run' },
  report: { type: 'boolean', default: false, describe: 'write report.html' },
  json: { type: 'boolean', default: false, describe: 'the analysis as one JSON document on stdout' },
  source: {
    type: 'string',
    requiresArg: true,
    describe: 'where activations are read: openwhisk, couchdb, cloudwatch, records',
  },
  couchdb: { type: 'string', requiresArg: true, describe: "URL of OpenWhisk's CouchDB (or COUCHDB_URL)" },
  database: { type: 'string', requiresArg: true, describe: 'its database (default whisk_local_activations)' },
  'db-ini': { type: 'string', requiresArg: true, describe: 'a db_local.ini with a section [db_creds]' },
  logs: { type: 'string', array: true, requiresArg: true, describe: 'files with REPORT lines of Lambda' },
  wait: { type: 'number', requiresArg: true, default: 60, describe: 'seconds to wait for late activations' },
  insecure: { alias: 'i', type: 'boolean', default: false, describe: 'accept any certificate' },
} as const;

/** What is wrong with the flags beyond what yargs sees; undefined if nothing is. */
export function flagFault(parsed: Record<string, unknown>): string | undefined {
  for (const [flag, value] of Object.entries(parsed)) {
    if (flag !== '_' && flag !== 'logs' && Array.isArray(value)) return `--${flag} may be given once only`;
  }
  const { wait, override_testname: name } = parsed;
  if (typeof wait !== 'number' || !(wait >= 0)) return '--wait must be a number of seconds ≥ 0';
  if (typeof name === 'string') return nameFault(name);
  return undefined;
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

/** What a field must be, in words for an error, and whether a value is it. */
interface Kind {
  words: string;
  fits(value: unknown): boolean;
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const TEXT: Kind = { words: 'a text', fits: (value) => typeof value === 'string' };
const NUMBER: Kind = { words: 'a number', fits: (value) => typeof value === 'number' && Number.isFinite(value) };
const BOOLEAN: Kind = { words: 'true or false', fits: (value) => typeof value === 'boolean' };
const OBJECT: Kind = { words: 'an object', fits: isObject };
const STATUS: Kind = {
  words: '"running", "complete" or "interrupted"',
  fits: (value) => value === 'running' || value === 'complete' || value === 'interrupted',
};

const orNull = ({ words, fits }: Kind): Kind => ({
  words: `${words} or null`,
  fits: (value) => value === null || fits(value),
});
const optional = ({ words, fits }: Kind): Kind => ({
  words: `${words}, or absent`,
  fits: (value) => value === undefined || fits(value),
});
/** An object with these fields. */
const having = (fields: Record<string, Kind>): Kind => ({
  words: `an object with ${Object.entries(fields)
    .map(([name, { words }]) => `${name} (${words})`)
    .join(', ')}`,
  fits: (value) => isObject(value) && Object.entries(fields).every(([name, { fits }]) => fits(value[name])),
});
const listOf = (kind: Kind): Kind => ({
  words: `a list, each entry ${kind.words}`,
  fits: (value) => Array.isArray(value) && value.every((entry) => kind.fits(entry)),
});
const numbers = (...names: string[]): Kind => having(Object.fromEntries(names.map((name) => [name, NUMBER])));

const SPREAD = orNull(numbers('p50', 'p99', 'max'));

/** Every field that is read without a second look. */
const FIELDS: Record<string, Kind> = {
  test_name: TEXT,
  status: STATUS,
  pid: NUMBER,
  faaslab_version: TEXT,
  node_version: TEXT,
  host: having({ hostname: TEXT, os: TEXT, cpus: NUMBER, memory_bytes: NUMBER }),
  config: OBJECT,
  config_path: TEXT,
  config_sha256: TEXT,
  files: OBJECT,
  seed: NUMBER,
  plan_sha256: TEXT,
  instances: listOf(having({ name: TEXT, function: TEXT })),
  endpoint: having({ kind: TEXT, url: TEXT }),
  start_epoch_ms: orNull(NUMBER),
  end_epoch_ms: orNull(NUMBER),
  ledger: numbers('planned', 'ok', 'failed', 'dropped', 'lost', 'unreached'),
  lateness_ms: SPREAD,
  send_lag_ms: SPREAD,
  generator: orNull(numbers('cpu_share', 'event_loop_p99_ms', 'max_rss_bytes')),
  activations: orNull(having({ source: TEXT, complete: BOOLEAN, missing: NUMBER })),
  monitors: listOf(having({ role: TEXT, script: TEXT, status: TEXT, message: orNull(TEXT) })),
  monitored_hosts: optional(
    listOf(
      having({
        name: TEXT,
        folder: TEXT,
        ssh: orNull(TEXT),
        clock: listOf(numbers('at_ms', 'offset_ms', 'uncertainty_ms')),
      }),
    ),
  ),
  warnings: listOf(TEXT),
  verdict: orNull(having({ valid: BOOLEAN, reasons: listOf(TEXT) })),
};

/** The first field of a manifest that is not what it must be, in words; null where all are. */
export function faultIn(manifest: Record<string, unknown>): string | null {
  for (const [name, { words, fits }] of Object.entries(FIELDS)) {
    if (!fits(manifest[name])) return `its field ${name} must be ${words}`;
  }
  return null;
}

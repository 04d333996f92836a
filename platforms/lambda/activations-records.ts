import { join } from 'node:path';
import type { ActivationRow } from '../../records/activations.js';
import { viewResponses } from '../../records/responses.js';
import { RUN_FILES } from '../../records/run-directory.js';
import { openTables, type Tables } from '../../records/tables.js';
import type { ActivationSource } from '../platform.js';
import { toldBy, type Told } from './execution-row.js';
import { parseLogLine } from './logs/log-line.js';
import type { XrayWaits } from './xray-waits.js';

/** One execution as its answer told it. */
interface ToldRow {
  seq: number;
  activation_id: string;
  function: string;
  report: string;
  /** of a function that failed, whole: it holds the message */
  fault: string | null;
  failed: boolean;
}

const ROWS_PER_BATCH = 10_000;

/**
 * The activations of a Lambda run from the REPORT lines that came with its answers: init, memory and what is billed are known
 * without CloudWatch. What a line does not tell (start, log stream, runtime) is null.
 */
export function recordedExecutions(runDirectory: string, waits?: XrayWaits): ActivationSource {
  const place = join(runDirectory, RUN_FILES.responses);
  return {
    name: 'records',
    place,
    settled: true,
    fromLogs: true,
    async *activations(_span, { onWarning }) {
      const tables = await openTables();
      try {
        await tellAll(tables, runDirectory);
        const unread = yield* batchesOf(tables, waits);
        const silent = await answeredWithout(tables);
        if (silent > 0) {
          onWarning(
            `${place}: ${silent} accepted or executed invocations came without a REPORT line (an Event has none): whether they ` +
              'were cold starts is not known; their log tells it (--source cloudwatch, --logs)',
          );
        }
        if (unread > 0) onWarning(`${place}: ${unread} REPORT lines cannot be read and were left out`);
      } finally {
        tables.close();
      }
    },
  };
}

async function tellAll(tables: Tables, runDirectory: string): Promise<void> {
  await tables.view('invocations', join(runDirectory, RUN_FILES.invocations));
  await viewResponses(tables, runDirectory);
  await tables.run(`
    CREATE TEMP TABLE told AS
    SELECT
      seq,
      i.activation_id,
      i.function,
      r.report,
      CASE WHEN i.error = 'function_error' AND NOT r.truncated THEN r.body END AS fault,
      coalesce(i.error = 'function_error', false) AS failed
    FROM invocations AS i JOIN responses AS r USING (seq)
    WHERE r.report IS NOT NULL AND i.activation_id IS NOT NULL`);
}

async function answeredWithout(tables: Tables): Promise<number> {
  const [row] = await tables.query<{ silent: number }>(
    'SELECT count(*) AS silent FROM invocations ANTI JOIN told USING (seq) WHERE activation_id IS NOT NULL',
  );
  return row!.silent;
}

/** @returns how many lines could not be read */
async function* batchesOf(tables: Tables, waits?: XrayWaits): AsyncGenerator<ActivationRow[], number> {
  let unread = 0;
  for (let after = -1; ;) {
    const told = await tables.query<ToldRow>(
      `SELECT * FROM told WHERE seq > $after ORDER BY seq LIMIT ${ROWS_PER_BATCH}`,
      { after },
    );
    if (told.length === 0) return unread;
    const read = told.map(readOf).filter((one) => one !== null);
    unread += told.length - read.length;
    await waits?.addTo(read);
    yield read.map(({ row }) => row);
    after = told.at(-1)!.seq;
  }
}

/** @returns null for a line that cannot be read or is of another request: its figures would be worse than none */
function readOf({ activation_id, report, function: name, failed, fault }: ToldRow): Told | null {
  const line = parseLogLine(report);
  if (line?.kind !== 'report' || line.report.requestId !== activation_id) return null;
  // Start, log stream and failed inits stand in other lines, which do not come with an answer's tail.
  const unknown = { logStream: null, logGroup: null, startMs: null, endMs: null, failedInit: false, fault: null };
  const execution = { report: line.report, trace: line.trace, ...unknown };
  return toldBy(execution, { function: name, failed, message: messageIn(fault) });
}

/** `{"errorMessage": …, "errorType": …}` */
function messageIn(fault: string | null): string | null {
  if (fault === null) return null;
  try {
    const { errorMessage } = JSON.parse(fault) as { errorMessage?: unknown };
    return typeof errorMessage === 'string' && errorMessage !== '' ? errorMessage : null;
  } catch {
    return null;
  }
}

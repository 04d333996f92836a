import { join } from 'node:path';
import { RUN_FILES } from '../../records/run-directory.js';
import { openTables } from '../../records/tables.js';
import type { ActivationRow } from '../../records/activations.js';
import { toldBy, type ClientWord, type Told } from './execution-row.js';
import type { Execution } from './logs/executions.js';
import type { XrayWaits } from './xray-waits.js';

/** What the invoker recorded of the invocations of a run, asked by request id. */
export interface ClientWords {
  /** Executions of this run as rows; those of others are left out. */
  tell(executions: readonly Execution[]): Promise<Told[]>;
  close(): void;
}

/**
 * A log knows neither how the config spells a function nor what its caller got. The ids are looked up in the run's table,
 * batch by batch, so that none are held.
 */
export async function openClientWords(runDirectory: string): Promise<ClientWords> {
  const tables = await openTables();
  await tables.view('invocations', join(runDirectory, RUN_FILES.invocations));
  async function wordsOn(ids: string[]): Promise<Map<string, ClientWord>> {
    const rows = await tables.query<ClientWord & { activation_id: string }>(SAID, { ids: JSON.stringify(ids) });
    return new Map(rows.map(({ activation_id, ...word }) => [activation_id, word]));
  }
  return {
    async tell(executions) {
      if (executions.length === 0) return [];
      const words = await wordsOn([...new Set(executions.map(({ report }) => report.requestId))]);
      return executions.flatMap((execution) => {
        const word = words.get(execution.report.requestId);
        return word === undefined ? [] : [toldBy(execution, word)];
      });
    },
    close: () => tables.close(),
  };
}

/** Of an accepted Event (202) the client never learns the outcome. */
const SAID = `
  SELECT activation_id, any_value(function) AS function,
    bool_or(CASE WHEN error = 'function_error' THEN true WHEN outcome = 'ok' AND status <> 202 THEN false END) AS failed
  FROM invocations SEMI JOIN (SELECT unnest(from_json($ids, '["VARCHAR"]')) AS activation_id) USING (activation_id)
  GROUP BY activation_id`;

/** A look-up reads the whole column of ids: it is worth thousands of executions. */
const EXECUTIONS_PER_BATCH = 10_000;

/** The rows of this run among executions, with their waits where these are looked for. */
export async function* rowsOfRun(
  executions: AsyncIterable<Execution[]>,
  words: ClientWords,
  waits: XrayWaits | undefined,
): AsyncGenerator<ActivationRow[]> {
  async function rowsOf(some: Execution[]): Promise<ActivationRow[]> {
    const told = await words.tell(some);
    await waits?.addTo(told);
    return told.map(({ row }) => row);
  }
  let batch: Execution[] = [];
  for await (const some of executions) {
    for (const one of some) batch.push(one);
    const isFull = batch.length >= EXECUTIONS_PER_BATCH;
    // Also where there is nothing yet: a service may search for minutes, and who waits may want to end it.
    yield isFull ? await rowsOf(batch) : [];
    if (isFull) batch = [];
  }
  if (batch.length > 0) yield await rowsOf(batch);
}

import { open } from 'node:fs/promises';
import { ConfigError, messageOf, RecordsError } from '../../common/errors.js';
import type { ActivationSource } from '../platform.js';
import { openClientWords, rowsOfRun } from './client-words.js';
import { executionReader, type Execution, type ExecutionReader, type LogCounts } from './logs/executions.js';
import { eventsOfFile } from './logs/log-file.js';
import type { XrayWaits } from './xray-waits.js';

export interface LogFilesOptions {
  files: readonly string[];
  runDirectory: string;
  waits?: XrayWaits | undefined;
  onFound?: ((sentence: string) => void) | undefined;
}

/** @throws ConfigError for the first that cannot be read at all: a name was mistyped, and nothing was started */
export async function checkLogFiles(paths: readonly string[]): Promise<void> {
  for (const path of paths) {
    try {
      const file = await open(path, 'r');
      await file.read(Buffer.alloc(1), 0, 1, 0).finally(() => file.close());
    } catch (error) {
      throw new ConfigError(`--logs ${path}: it cannot be read (${messageOf(error)})`);
    }
  }
}

/** The executions of a run from files that hold logs of Lambda: nothing is asked of AWS. */
export function logFileActivations({ files, runDirectory, waits, onFound }: LogFilesOptions): ActivationSource {
  return {
    name: 'logs',
    place: files.join(', '),
    settled: true,
    fromLogs: true,
    async *activations(_span, { onWarning }) {
      const words = await openClientWords(runDirectory);
      const tally: Tally = { read: 0, ofThisRun: 0 };
      let unreadable = 0;
      try {
        for (const path of files) {
          try {
            const reader = executionReader();
            for await (const rows of rowsOfRun(executionsIn(path, reader, tally), words, waits)) {
              tally.ofThisRun += rows.length;
              yield rows;
            }
            onFound?.(`${path}: ${sentence(reader.counts)}`);
            if (reader.counts.reports === 0) onWarning(`${path} holds no REPORT line`);
          } catch (error) {
            if (!isReadFault(error)) throw error;
            unreadable += 1;
            onWarning(`${path} cannot be read: ${messageOf(error)}`);
          }
        }
      } finally {
        words.close();
      }
      if (unreadable === files.length)
        throw new RecordsError(`--logs: none of these files can be read: ${files.join(', ')}`);
      const others = tally.read - tally.ofThisRun;
      if (others > 0)
        onFound?.(`${others} of ${tally.read} executions in these logs belong to other requests than this run's`);
    },
  };
}

/** Executions of all files together. */
interface Tally {
  read: number;
  ofThisRun: number;
}

/** Faults of the file: Node's own, and a document that is too long. Anything else is a defect or a database's. */
function isReadFault(error: unknown): boolean {
  return error instanceof RecordsError || (error as NodeJS.ErrnoException).syscall !== undefined;
}

function sentence({ lines, reports, foreign }: LogCounts): string {
  return `${lines} lines, ${reports} REPORT lines, ${foreign} lines of the function itself`;
}

async function* executionsIn(path: string, reader: ExecutionReader, tally: Tally): AsyncGenerator<Execution[]> {
  for await (const events of eventsOfFile(path)) {
    const executions = events.flatMap((event) => reader.add(event));
    tally.read += executions.length;
    yield executions;
  }
  const rest = reader.end();
  tally.read += rest.length;
  yield rest;
}

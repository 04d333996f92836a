import { createReadStream } from 'node:fs';
import { ConfigError, messageOf } from '../../common/errors.js';
import type { ActivationSource } from '../platform.js';
import { OPENWHISK_RECORDS } from './activation-records.js';

/**
 * Activations from files with a record a line: documents that somebody took from the database, or records of the API.
 * @throws ConfigError a file that cannot be read, or whose first line is no JSON object
 */
export async function filedActivations(paths: readonly string[]): Promise<ActivationSource> {
  for (const path of paths) await checkFirstLine(path);
  return {
    name: 'documents',
    place: paths.length === 1 ? paths[0]! : `${paths[0]} and ${paths.length - 1} more`,
    settled: true,
    format: OPENWHISK_RECORDS,
    files: paths,
    async *activations() {
      // Everything lies in the files.
    },
  };
}

/** What people have at hand instead, and the filter of jq that makes lines of it; the first that fits. */
const OTHER_FORMS: readonly [form: RegExp, what: string, filter: string][] = [
  [/^\[/, 'this is a JSON list', '.[]'],
  [/^\{\s*"(total_rows|offset|rows)"/, 'this is the answer of a view', '.rows[].doc'],
  [/^\{\s*"docs"/, 'this is an answer of _find', '.docs[]'],
  [/^\{\s*"results"/, 'this is an answer of _bulk_get', '.results[].docs[].ok | values'],
  [/^\{[ \t\r]*\n/, 'its objects stretch over several lines', '.'],
];

async function checkFirstLine(path: string): Promise<void> {
  let start = '';
  try {
    for await (const chunk of createReadStream(path, { encoding: 'utf8', end: 1_023 })) start += chunk as string;
  } catch (error) {
    throw new ConfigError(`--documents ${path}: it cannot be read (${messageOf(error)})`);
  }
  const first = start.trimStart();
  if (first === '') return;
  const wanted = 'each line must be one activation as a JSON object';
  const other = OTHER_FORMS.find(([form]) => form.test(first));
  if (other !== undefined) {
    const [, what, filter] = other;
    throw new ConfigError(`--documents ${path}: ${what}, but ${wanted}; \`jq -c '${filter}'\` makes such lines of it`);
  }
  if (!first.startsWith('{')) throw new ConfigError(`--documents ${path}: ${wanted}`);
}

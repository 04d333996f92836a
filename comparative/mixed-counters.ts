import { basename } from 'node:path';
import { RecordsError } from '../common/errors.js';
import type { Tables } from '../records/tables.js';
import { perfTableName } from './combined-views.js';
import type { Merged } from './merged.js';
import { kindsOf } from './readable-columns.js';

/**
 * Monitors write numbers and text; a list or a date beside another archive's number could not be merged at all.
 * @throws RecordsError if a column holds anything else
 */
export async function requireCounters(tables: Tables, path: string): Promise<void> {
  for (const [name, kind] of await kindsOf(tables, path)) {
    if (kind === 'other')
      throw new RecordsError(
        `its ${basename(path)} holds neither numbers nor text in ${name}, where one of them belongs`,
      );
  }
}

/**
 * Columns that hold text in some archives and something else in others: DuckDB reads them as text in all of them, so that
 * nothing is lost; but nobody can compute with them, and has to be told why. A sentence each.
 */
export async function mixedCounters({ runs, tools }: Merged, tables: Tables): Promise<string[]> {
  const notes: string[] = [];
  for (const tool of tools) {
    /** by column, since DuckDB's names do not tell capitals from small letters */
    const columns = new Map<string, { name: string; text: string[]; other: boolean }>();
    for (const { archive, perfFiles } of runs) {
      const path = perfFiles[tool];
      if (path === undefined) continue;
      for (const [name, kind] of await kindsOf(tables, path)) {
        const column = columns.get(name.toLowerCase()) ?? { name, text: [], other: false };
        columns.set(name.toLowerCase(), column);
        if (kind === 'text') column.text.push(archive);
        else column.other = true;
      }
    }
    for (const { name, text, other } of columns.values())
      if (other && text.length > 0) notes.push(mixedNote(tool, name, text));
  }
  return notes;
}

function mixedNote(tool: string, column: string, [first, ...more]: readonly string[]): string {
  const who = more.length === 0 ? first : `${first} and ${more.length} more`;
  return `${perfTableName(tool)}: ${column} is text in all rows, since ${who} hold${more.length === 0 ? 's' : ''} text in it and others do not`;
}

import { ACTIVATION_COLUMNS, largestIn } from './activations.js';

/**
 * How the records of a platform are read as rows of activations, in SQL: a million of them take seconds there, and one by
 * one in JavaScript the better part of a minute.
 */
export interface RecordFormat {
  /** the fields of a record that are read, with their DuckDB types; a value of another type is null */
  fields: Record<string, string>;
  /** statements to run once before, such as macros */
  prelude: string;
  /**
   * A select over `records` (one row a record, with these fields) that gives ACTIVATION_COLUMNS and `odd`: the names of
   * fields that were there without a usable value, with spaces between, else null. Where `activation_id` is null the
   * record is no activation.
   */
  rows: string;
}

/** Times that can be meant, and those that cannot, as conditions on each column of times. */
const TIMES = Object.keys(ACTIVATION_COLUMNS).flatMap((column) => {
  const largest = largestIn(column);
  return largest === undefined ? [] : [{ column, isMeant: `abs(${column}) <= ${largest}` }];
});

/** Records that are rows of activations already. */
export const ACTIVATION_ROWS: RecordFormat = {
  fields: ACTIVATION_COLUMNS,
  prelude: '',
  rows: `
    SELECT
      * REPLACE (${TIMES.map(({ column, isMeant }) => `CASE WHEN ${isMeant} THEN ${column} END AS ${column}`).join(', ')}),
      CASE
        WHEN activation_id IS NULL THEN 'record'
        WHEN NOT (${TIMES.map(({ isMeant }) => `coalesce(${isMeant}, true)`).join(' AND ')}) THEN
          concat_ws(' ', ${TIMES.map(({ column, isMeant }) => `CASE WHEN NOT (${isMeant}) THEN '${column}' END`).join(', ')})
      END AS odd
    FROM records`,
};

/**
 * The two ids by which an answer of faas_measure tells its worker (functions/faas_measure, command `stat`): `exist_id` is
 * what the first invocation of the worker left in its temporary folder, `new_id` is made anew by each. Equal: it was the
 * first, so the worker was started for it.
 */
export interface MeasuredIds {
  exist_id: string;
  new_id: string;
}

const UUID = '[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}';
/** As it is, or within a string of JSON, or in one within another: Lambda's answer is JSON as one string of JSON. */
const QUOTE = String.raw`\\{0,3}"`;

/**
 * Patterns that JavaScript and DuckDB (RE2) read alike; each captures ids. None matches more than LONGEST_MATCH characters,
 * so that an answer can be searched piece by piece.
 */
export const MEASURED_PATTERNS = {
  exist_id: field('exist_id'),
  new_id: field('new_id'),
  /** both, where a `stat` line begins: `exist_id#new_id#vm_id#…`; to be looked for in `#` and the answer, for it may begin there */
  line: `["#](${UUID})#(${UUID})#`,
};

/** The same for statements, of a whole answer; a pattern has to stand in the statement, else it is read anew for each row. */
export const MEASURED_MACROS = `
  CREATE OR REPLACE TEMP MACRO json_exist_id(answer) AS ${extract('answer', MEASURED_PATTERNS.exist_id, 1)};
  CREATE OR REPLACE TEMP MACRO json_new_id(answer) AS ${extract('answer', MEASURED_PATTERNS.new_id, 1)};
  CREATE OR REPLACE TEMP MACRO line_exist_id(answer) AS ${extract("'#' || answer", MEASURED_PATTERNS.line, 1)};
  CREATE OR REPLACE TEMP MACRO line_new_id(answer) AS ${extract("'#' || answer", MEASURED_PATTERNS.line, 2)};
`;

function extract(text: string, pattern: string, group: 1 | 2): string {
  return `nullif(regexp_extract(${text}, '${pattern}', ${group}), '')`;
}

/** 2 · 4 for quotes around the longest name, 2 · 8 blanks and a colon, 2 · 4 for quotes around the id, 36 for the id. */
export const LONGEST_MATCH = 8 + 'exist_id'.length + 17 + 8 + 36;

function field(name: string): string {
  return String.raw`${QUOTE}${name}${QUOTE}\s{0,8}:\s{0,8}${QUOTE}(${UUID})${QUOTE}`;
}

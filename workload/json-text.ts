import { ConfigError } from '../common/errors.js';

/** A JSON document that was read, and the keys that stand twice in an object of it (the last one counts, as in JSON.parse). */
export interface JsonDocument {
  value: unknown;
  repeatedKeys: string[];
}

/**
 * Reads JSON so that a mistake in it is told by line and column. JSON.parse reads the value; only the place of a mistake and
 * repeated keys, which it does not tell on every version of Node, are looked for here.
 * @param name the file, as the error names it
 * @throws ConfigError `NAME: line 3, column 7: …`; the text itself is not shown, for it may hold anything
 */
export function readJson(bytes: Uint8Array, name: string): JsonDocument {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new ConfigError(`${name}: is not UTF-8 text; save it as UTF-8`);
  }
  const scan = scanJson(text);
  if (scan.mistake !== undefined) {
    const { offset, expected } = scan.mistake;
    throw new ConfigError(`${name}: ${lineAndColumn(text, offset)}: is not JSON: expected ${expected}`);
  }
  try {
    return { value: JSON.parse(text) as unknown, repeatedKeys: scan.repeatedKeys };
  } catch {
    throw new ConfigError(`${name}: is not JSON`);
  }
}

function lineAndColumn(text: string, offset: number): string {
  const before = text.slice(0, offset).split(/\r\n|\r|\n/);
  return `line ${before.length}, column ${before.at(-1)!.length + 1}`;
}

/** Deeper than any config, and shallow enough for everything that walks over a value by calling itself. */
const DEEPEST_NESTING = 500;

interface Scan {
  mistake?: { offset: number; expected: string };
  repeatedKeys: string[];
}

const SPACE = /[ \t\r\n]*/y;
// Unrolled, so that a text of many megabytes needs no stack to step back on.
// oxlint-disable-next-line no-control-regex -- JSON forbids them in a text
const PLAIN_TEXT = /[^"\\\u0000-\u001f]*/y;
const ESCAPE = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y;
const SCALAR = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?(?![\w.])|(?:true|false|null)(?!\w)/y;

/** Walks over a JSON text with a stack of its own, so that no depth of nesting ends the program. */
function scanJson(text: string): Scan {
  const repeatedKeys: string[] = [];
  /** the keys of each open object, null for each open list */
  const open: (Set<string> | null)[] = [];
  let at = 0;
  const skip = (): void => void (at = matchEnd(SPACE, text, at) ?? at);
  const mistake = (expected: string): Scan => ({ mistake: { offset: at, expected }, repeatedKeys });

  /** Reads `"key":`; tells what is missing. */
  const key = (keys: Set<string>): string | undefined => {
    const end = stringEnd(text, at);
    if (end === undefined) return 'a key in double quotes';
    const name = JSON.parse(text.slice(at, end)) as string;
    if (keys.has(name)) repeatedKeys.push(name);
    keys.add(name);
    at = end;
    skip();
    if (text[at] !== ':') return '":"';
    at += 1;
    return undefined;
  };

  for (;;) {
    skip();
    const opening = text[at];
    if (opening === '{' || opening === '[') {
      if (open.length === DEEPEST_NESTING) return mistake(`at most ${DEEPEST_NESTING} levels of nesting`);
      const keys = opening === '{' ? new Set<string>() : null;
      at += 1;
      skip();
      if (text[at] !== (keys === null ? ']' : '}')) {
        open.push(keys);
        const missing = keys === null ? undefined : key(keys);
        if (missing !== undefined) return mistake(`${missing} or "}"`);
        continue;
      }
      at += 1;
    } else {
      const end = stringEnd(text, at) ?? matchEnd(SCALAR, text, at);
      if (end === undefined) return mistake('a value');
      at = end;
    }
    // A value is complete: close what ends here, or go on to the next one.
    for (;;) {
      skip();
      if (open.length === 0) return at < text.length ? mistake('the end of the file') : { repeatedKeys };
      const keys = open.at(-1)!;
      if (text[at] === (keys === null ? ']' : '}')) {
        open.pop();
        at += 1;
        continue;
      }
      if (text[at] !== ',') return mistake(`"," or "${keys === null ? ']' : '}'}"`);
      at += 1;
      skip();
      const missing = keys === null ? undefined : key(keys);
      if (missing !== undefined) return mistake(missing);
      break;
    }
  }
}

/** Where the text in double quotes at `at` ends; a loop, so that one of many megabytes needs no stack. */
function stringEnd(text: string, at: number): number | undefined {
  if (text[at] !== '"') return undefined;
  let end: number | undefined = at + 1;
  while (end !== undefined) {
    end = matchEnd(PLAIN_TEXT, text, end)!;
    if (text[end] === '"') return end + 1;
    end = matchEnd(ESCAPE, text, end);
  }
  return undefined;
}

/** Where a sticky pattern's match at `at` ends; undefined without a match. */
function matchEnd(pattern: RegExp, text: string, at: number): number | undefined {
  pattern.lastIndex = at;
  return pattern.test(text) ? pattern.lastIndex : undefined;
}

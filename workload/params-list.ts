import { ConfigError } from '../common/errors.js';
import { readJson } from './json-text.js';
import { isPlainObject } from './read-fields.js';

/**
 * The parameters of a list file, each an object as its text stands in the file: written anew, integers beyond 2⁵³ would
 * change. A file that begins with `[` is a JSON array, any other is NDJSON: an object a line, empty lines left out.
 *
 * @param name the file, as the error names it
 * @throws ConfigError `NAME: line 3, column 7: …`, `NAME: element 5: …`, or that there is none
 */
export function readParamsList(bytes: Uint8Array, name: string): string[] {
  const text = decoded(bytes, name);
  const jsons = text.trimStart().startsWith('[') ? arrayElements(text, bytes, name) : lines(text, name);
  if (jsons.length === 0) throw new ConfigError(`${name}: is empty; a list of parameters needs at least one object`);
  return jsons;
}

function decoded(bytes: Uint8Array, name: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new ConfigError(`${name}: is not UTF-8 text; save it as UTF-8`);
  }
}

function arrayElements(text: string, bytes: Uint8Array, name: string): string[] {
  const { value } = readJson(bytes, name);
  const texts = elementTexts(text);
  for (const [i, element] of (value as unknown[]).entries()) {
    if (!isPlainObject(element))
      throw new ConfigError(`${name}: element ${i + 1}: must be an object, the parameters by name`);
  }
  return texts;
}

function lines(text: string, name: string): string[] {
  const jsons: string[] = [];
  for (const [i, line] of text.split(/\r?\n/).entries()) {
    if (line.trim() === '') continue;
    const value = lineValue(line, i + 1, text, name);
    if (!isPlainObject(value))
      throw new ConfigError(`${name}: line ${i + 1}: must be an object, the parameters by name`);
    jsons.push(line.trim());
  }
  return jsons;
}

function lineValue(line: string, number: number, text: string, name: string): unknown {
  try {
    return readJson(Buffer.from(line, 'utf8'), name).value;
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    if (number === 1 && isOneObject(text)) {
      throw new ConfigError(`${name}: holds one object, not a list; name it as param_file, or write one object a line`);
    }
    throw new ConfigError(error.message.replace('line 1, ', `line ${number}, `));
  }
}

function isOneObject(text: string): boolean {
  try {
    return isPlainObject(JSON.parse(text));
  } catch {
    return false;
  }
}

/** The texts of the elements of an array that is known to be JSON. */
function elementTexts(text: string): string[] {
  const texts: string[] = [];
  let depth = 0;
  let start = text.indexOf('[') + 1;
  const end = (at: number): void => {
    const element = text.slice(start, at).trim();
    if (element !== '') texts.push(element);
    start = at + 1;
  };
  for (let i = start; i < text.length; i += 1) {
    const char = text[i];
    if (char === '"') i = stringEnd(text, i);
    else if (char === '{' || char === '[') depth += 1;
    else if (depth > 0 && (char === '}' || char === ']')) depth -= 1;
    else if (depth === 0 && (char === ',' || char === ']')) end(i);
    if (char === ']' && depth === 0 && start === i + 1) break;
  }
  return texts;
}

/** Where the quote stands that ends the text in double quotes at `at`. */
function stringEnd(text: string, at: number): number {
  let i = at + 1;
  while (text[i] !== '"') i += text[i] === '\\' ? 2 : 1;
  return i;
}

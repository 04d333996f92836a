/**
 * What makes a terminal act, or turns what stands beside it: control characters (C0, DEL, C1), separators of lines and
 * paragraphs, and marks of the direction of writing. Without the line break, which `plainLines` keeps.
 */
const ACTS = String.raw`\u0000-\u0009\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069`;
const WITHIN_A_LINE = new RegExp(String.raw`[${ACTS}\u000a]`, 'g');
const WITHIN_LINES = new RegExp(`[${ACTS}]`, 'g');

/**
 * A name or a message of anybody's as it may stand within a line: what a terminal would act on is written as in JSON (`\n`,
 * `\u001b`), so that no name begins a line of its own and two names never look alike by it. Cut to `width`.
 */
export function plainText(text: string, width = Infinity): string {
  const plain = text.replaceAll(WITHIN_A_LINE, escaped);
  return plain.length > width ? `${plain.slice(0, width - 1)}…` : plain;
}

/** Lines of our own making as they go to a terminal: they break where they break, and nothing else in them acts. */
export function plainLines(text: string): string {
  return text.replaceAll(WITHIN_LINES, escaped);
}

/** A JSON document of the same content in which nothing acts on a terminal: JSON itself allows C1 and marks of direction in texts. */
export function plainJson(document: string): string {
  return document.replaceAll(WITHIN_LINES, escaped);
}

const SHORT: Record<string, string> = { '\n': String.raw`\n`, '\r': String.raw`\r`, '\t': String.raw`\t` };

function escaped(char: string): string {
  return SHORT[char] ?? `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

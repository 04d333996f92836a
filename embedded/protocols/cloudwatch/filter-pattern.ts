import { invalid } from './input.js';

/** Whether a message matches. */
export type Matcher = (message: string) => boolean;

interface Term {
  sign: '' | '?' | '-';
  matches: Matcher;
}

/** A sign, then a phrase in quotes, a regular expression between `%`, or a word. */
const TERM = /\s*([?-]?)(?:"((?:[^"\\]|\\.)*)"|%((?:[^%\\]|\\.)+)%|([^\s"%]+))/y;

/**
 * A filter pattern for text: every term must occur; of terms with `?` one is enough (they count only where all terms have
 * it); none with `-` may occur. Phrases in quotes may hold anything, words only letters, digits and `_`; `%…%` is a regular
 * expression. Letters count as they are. The empty pattern matches all.
 *
 * @throws AwsFault 400, also for patterns of JSON and of columns, which no log of this platform needs
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html
 */
export function filterPattern(pattern: string): Matcher {
  const text = pattern.trim();
  if (text === '') return () => true;
  if (/^[[{]/.test(text)) {
    throw invalid(
      'Invalid filter pattern: the embedded platform knows patterns of terms, phrases and %regular expressions% only',
    );
  }
  const terms = termsIn(text);
  const [required, optional, excluded] = (['', '?', '-'] as const).map((sign) =>
    terms.filter((term) => term.sign === sign),
  );
  return (message) => {
    const matches = (term: Term): boolean => term.matches(message);
    if (excluded!.some(matches) || !required!.every(matches)) return false;
    return required!.length > 0 || optional!.length === 0 || optional!.some(matches);
  };
}

function termsIn(text: string): Term[] {
  const terms: Term[] = [];
  for (let at = 0; at < text.length;) {
    TERM.lastIndex = at;
    const [whole, sign, phrase, expression, word] = TERM.exec(text) ?? [];
    if (whole === undefined) throw invalid('Invalid filter pattern');
    at += whole.length;
    terms.push({ sign: sign as Term['sign'], matches: matcherOf(phrase, expression, word) });
  }
  return terms;
}

function matcherOf(phrase: string | undefined, expression: string | undefined, word: string | undefined): Matcher {
  if (expression !== undefined) {
    const compiled = regularExpression(expression);
    return (message) => compiled.test(message);
  }
  if (word !== undefined && !/^\w+$/.test(word)) throw invalid(`Invalid character(s) in term '${word}'`);
  const sought = word ?? phrase!.replaceAll(/\\(.)/g, '$1');
  return (message) => message.includes(sought);
}

/** @throws AwsFault 400 */
export function regularExpression(source: string): RegExp {
  try {
    return new RegExp(source);
  } catch {
    throw invalid(`Invalid regular expression: ${source}`);
  }
}

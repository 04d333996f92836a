/** @returns null where the text is no number, or where it is not certain which one */
export type NumberReader = (text: string) => number | null;

const DIGITS = /^\d{1,20}$/;
/** What locales put between groups of digits: en_US, de_DE, de_CH, fr_FR (narrow and wide no-break space, before glibc 2.28 a blank). */
const MARK = /[.,'’\u202f\u00a0 ]/;
/** Groups of three; in India groups of two before the last three (1,56,16,67,303). */
const GROUPED = [/^\d{1,3}(?:\D\d{3})+$/, /^\d{1,2}(?:\D\d{2})*\D\d{3}$/];

/**
 * Numbers of `perf stat`'s text, which follow the locale under which perf ran. perf prints whole counts without and others
 * with two decimals (before Linux 4.20 six), never three; so a single mark before exactly three digits parts groups, before
 * any other number of digits it is the decimal mark. Of two different marks the last is the decimal one. What the file has
 * shown so far is remembered: a number that contradicts it is none.
 */
export function localeNumbers(): NumberReader {
  let decimal: string | null = null;
  let group: string | null = null;
  /** Where `mark` parts groups here; false where the file has shown that it does not. */
  const parts = (mark: string): boolean => {
    if (mark === decimal) return false;
    if (group === null) group = mark;
    return mark === group;
  };
  const isDecimal = (mark: string): boolean => {
    if (mark === group || !'.,'.includes(mark)) return false;
    if (decimal === null) decimal = mark;
    return mark === decimal;
  };
  return (text) => {
    if (DIGITS.test(text)) return Number(text);
    const marks = text.replaceAll(/\d/g, '');
    const last = marks.at(-1) ?? '';
    if (marks === '' || text.length > 40 || ![...marks].every((mark) => MARK.test(mark))) return null;
    const at = text.lastIndexOf(last);
    const [whole, fraction] = [text.slice(0, at), text.slice(at + 1)];
    const isWhole = marks.length > 1 ? marks[0] === last : fraction.length === 3 && /^[1-9]\d{0,2}$/.test(whole);
    if (isWhole) return isGrouped(text) && parts(last) ? Number(digitsOf(text)) : null;
    if (!DIGITS.test(fraction) || !(DIGITS.test(whole) || isGrouped(whole))) return null;
    if (marks.length > 1 && !parts(marks[0]!)) return null;
    return isDecimal(last) ? Number(`${digitsOf(whole)}.${fraction}`) : null;
  };
}

/** All groups are parted by the same mark. */
function isGrouped(text: string): boolean {
  return GROUPED.some((groups) => groups.test(text)) && new Set(text.replaceAll(/\d/g, '')).size === 1;
}

function digitsOf(text: string): string {
  return text.replaceAll(/\D/g, '');
}

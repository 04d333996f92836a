import { textWidth } from './font.js';

/** The type in which a name is set. */
export interface TypeSize {
  /** px */
  size: number;
  bold?: boolean;
}

const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });

/** Characters as a reader counts them: an emoji or a letter with its accents is one, and is never cut in half. */
export function charactersOf(text: string): string[] {
  return Array.from(graphemes.segment(text), ({ segment }) => segment);
}

/** A name that fits into so many pixels: a long one keeps both its ends. */
export function fittedName(name: string, room: number, type: TypeSize): string {
  const fits = (text: string) => textWidth(text, type.size, type.bold === true) <= room;
  if (fits(name)) return name;
  const characters = charactersOf(name);
  const short = (kept: number) => {
    const behind = Math.floor(kept / 2);
    return `${characters.slice(0, kept - behind).join('')}…${behind === 0 ? '' : characters.slice(-behind).join('')}`;
  };
  let [most, tooMany] = [0, characters.length];
  while (tooMany - most > 1) {
    const kept = Math.floor((most + tooMany) / 2);
    if (fits(short(kept))) most = kept;
    else tooMany = kept;
  }
  return short(most);
}

/** Characters that stay at the least of what the names have in common, before and behind the place where they differ. */
const LEAST_AROUND = 4;

/**
 * Names that fit, in the order given, of which no two are alike: where the cut would take what tells two apart, the place in
 * which they differ is kept instead of the ends, and where even that is too long, the later one gets a number.
 */
export function tellableNames(names: readonly string[], room: number, type: TypeSize): string[] {
  const fitted = names.map((name) => fittedName(name, room, type));
  const alike = (short: string) => names.filter((_, i) => fitted[i] === short);
  const around = fitted.map((short, i) => {
    const same = alike(short);
    return new Set(same).size === 1 ? short : whereTheyDiffer(names[i]!, same, room, type);
  });
  const taken = new Set<string>();
  return around.map((short) => {
    let free = short;
    for (let n = 2; taken.has(free); n += 1) {
      const number = ` (${n})`;
      free = fittedName(short, room - textWidth(number, type.size, type.bold === true), type) + number;
    }
    taken.add(free);
    return free;
  });
}

function whereTheyDiffer(name: string, same: readonly string[], room: number, type: TypeSize): string {
  const all = same.map(charactersOf);
  const own = charactersOf(name);
  const least = Math.min(...all.map((characters) => characters.length));
  const shared = (at: (characters: string[], i: number) => string | undefined, most: number) => {
    let n = 0;
    while (n < most && all.every((characters) => at(characters, n) === at(own, n))) n += 1;
    return n;
  };
  const before = shared((characters, i) => characters[i], least);
  const behind = shared((characters, i) => characters.at(-1 - i), least - before);
  const fits = (text: string) => textWidth(text, type.size, type.bold === true) <= room;
  const around = (kept: number, core: string) => {
    const [head, tail] = [Math.min(before, kept), Math.min(behind, kept)];
    const first = own.slice(0, head).join('') + (head < before ? '…' : '');
    return `${first}${core}${tail < behind ? '…' : ''}${own.slice(own.length - tail).join('')}`;
  };
  const left = room - textWidth(around(LEAST_AROUND, ''), type.size, type.bold === true);
  const core = fittedName(own.slice(before, own.length - behind).join(''), left, type);
  let kept = LEAST_AROUND;
  while (kept < Math.max(before, behind) && fits(around(kept + 1, core))) kept += 1;
  return around(kept, core);
}

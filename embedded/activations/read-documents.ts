import type { Journal } from './journal.js';

/** Where a text lies in the file, bytes. */
export interface Place {
  offset: number;
  length: number;
}

/** Documents that lie at most this far apart are read in one go. */
const READ_GAP_BYTES = 64 * 1024;

/** Reads documents in the order of the file, neighbours together, and returns them in the order asked for. */
export async function readDocuments(journal: Journal, entries: readonly Place[]): Promise<string[]> {
  const places = entries.map((_, place) => place).sort((a, b) => entries[a]!.offset - entries[b]!.offset);
  const texts: string[] = [];
  for (let first = 0; first < places.length;) {
    let last = first;
    let end = endOf(entries[places[first]!]!);
    while (last + 1 < places.length && entries[places[last + 1]!]!.offset - end < READ_GAP_BYTES) {
      last += 1;
      end = endOf(entries[places[last]!]!);
    }
    const begin = entries[places[first]!]!.offset;
    const bytes = await journal.read(begin, end - begin);
    for (; first <= last; first += 1) {
      const { offset, length } = entries[places[first]!]!;
      texts[places[first]!] = bytes.toString('utf8', offset - begin, offset - begin + length);
    }
  }
  return texts;
}

function endOf({ offset, length }: Place): number {
  return offset + length;
}

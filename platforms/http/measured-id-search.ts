import { LONGEST_MATCH, MEASURED_PATTERNS, type MeasuredIds } from '../../records/measured-ids.js';

const EXIST_ID = new RegExp(MEASURED_PATTERNS.exist_id);
const NEW_ID = new RegExp(MEASURED_PATTERNS.new_id);
const LINE = new RegExp(MEASURED_PATTERNS.line);

/**
 * Looks for faas_measure's ids in a body of which only the beginning is kept, while its bytes pass by. Pieces may be cut
 * anywhere: the end of each is looked at again together with the next.
 */
export class MeasuredIdSearch {
  #existId: string | null = null;
  #newId: string | null = null;
  #line: MeasuredIds | null = null;
  /** a `stat` line may begin where the body does: as if a `#` stood there */
  #before = '#';

  /** Both, or null: the first that stand as fields of JSON, else the first `stat` line. */
  get found(): MeasuredIds | null {
    if (this.#existId === null || this.#newId === null) return this.#line;
    return { exist_id: this.#existId, new_id: this.#newId };
  }

  read(piece: Uint8Array): void {
    if (this.#existId !== null && this.#newId !== null) return;
    // All that is looked for is ASCII; in this encoding a byte is a character, whatever the body's own is.
    const text = this.#before + Buffer.from(piece.buffer, piece.byteOffset, piece.byteLength).toString('latin1');
    if (text.includes('_id')) {
      this.#existId ??= EXIST_ID.exec(text)?.[1] ?? null;
      this.#newId ??= NEW_ID.exec(text)?.[1] ?? null;
    }
    if (text.includes('#')) this.#line ??= lineIn(text);
    this.#before = text.slice(1 - LONGEST_MATCH);
  }
}

function lineIn(text: string): MeasuredIds | null {
  const match = LINE.exec(text);
  return match === null ? null : { exist_id: match[1]!, new_id: match[2]! };
}

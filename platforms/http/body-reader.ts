import type { MeasuredIds } from '../../records/measured-ids.js';
import { MeasuredIdSearch } from './measured-id-search.js';
import { COLON, CR, hexDigit, isBlank, isToken, isVisible, LF, LONGEST_HEAD, SEMICOLON } from './octets.js';

/** Where in the body of an answer the next byte stands. */
enum Place {
  counted,
  untilClose,
  chunkSize,
  chunkSizePadding,
  chunkExtension,
  chunkSizeEnd,
  chunkData,
  chunkDataCr,
  chunkDataLf,
  trailerStart,
  trailerName,
  trailerValue,
  trailerEnd,
  bodyEnd,
  complete,
  broken,
}

/** A chunk's size below this may have another digit, and is still a number that a double holds exactly. */
const LARGEST_SIZE = 2 ** 48;

/** Reads the body of an answer in any of its three frames: counted, in chunks, or until the connection closes. */
export class BodyReader {
  /** of the body, without its frame */
  bytes = 0;

  readonly #keepBytes: number;
  #kept: Buffer[] = [];
  #keptBytes = 0;
  /** of a body that is longer than what is kept of it */
  #search: MeasuredIdSearch | null = null;
  #place = Place.complete;
  /** bytes that are missing of the body or the chunk */
  #left = 0;
  #hasDigit = false;
  /** bytes of an extension or of trailers, which nobody asked for */
  #frameBytes = 0;

  /** @param keepBytes how much of a body is kept */
  constructor(keepBytes: number) {
    this.#keepBytes = keepBytes;
  }

  get complete(): boolean {
    return this.#place === Place.complete;
  }

  get broken(): boolean {
    return this.#place === Place.broken;
  }

  /** The first bytes of the body, copied: those of the connection are overwritten by the next ones; null where none came. */
  get kept(): Buffer | null {
    return this.#kept.length === 0 ? null : Buffer.concat(this.#kept);
  }

  /** The ids in a body of which more came than is kept; of one that is kept whole null, since they lie in it. */
  get measuredIds(): MeasuredIds | null {
    return this.#search === null ? null : this.#search.found;
  }

  forget(): void {
    this.bytes = 0;
    if (this.#kept.length > 0) this.#kept = [];
    this.#keptBytes = 0;
    this.#search = null;
    this.#place = Place.complete;
  }

  beginCounted(length: number): void {
    this.#left = length;
    this.#place = length === 0 ? Place.complete : Place.counted;
  }

  beginUntilClose(): void {
    this.#place = Place.untilClose;
  }

  beginChunked(): void {
    this.#frameBytes = 0;
    this.#place = this.#beginChunk();
  }

  /** Reads bytes from `from` on. @returns where it stopped: at `to`, or behind the body, or at a byte that cannot be there */
  read(bytes: Uint8Array, from: number, to: number): number {
    let i = from;
    while (i < to && this.#place < Place.complete) {
      if (this.#place === Place.counted || this.#place === Place.chunkData) i = this.#readCounted(bytes, i, to);
      else if (this.#place === Place.untilClose) i = this.#take(bytes, i, to);
      else this.#place = this.#after(bytes[i++]!);
    }
    return i;
  }

  /** The server has closed the connection. @returns whether that is how this body ends */
  close(): boolean {
    if (this.#place === Place.untilClose) this.#place = Place.complete;
    return this.complete;
  }

  #readCounted(bytes: Uint8Array, from: number, to: number): number {
    const end = this.#take(bytes, from, Math.min(to, from + this.#left));
    this.#left -= end - from;
    if (this.#left === 0) this.#place = this.#place === Place.counted ? Place.complete : Place.chunkDataCr;
    return end;
  }

  #take(bytes: Uint8Array, from: number, to: number): number {
    this.bytes += to - from;
    const room = this.#keepBytes - this.#keptBytes;
    if (room > 0) {
      const part = Buffer.from(bytes.subarray(from, Math.min(to, from + room)));
      this.#kept.push(part);
      this.#keptBytes += part.length;
    }
    if (this.#keepBytes > 0 && to - from > room) this.#searchOn(bytes.subarray(from + room, to));
    return to;
  }

  /** The ids may lie on both sides of where the keeping ended. */
  #searchOn(beyond: Uint8Array): void {
    if (this.#search === null) {
      this.#search = new MeasuredIdSearch();
      for (const part of this.#kept) this.#search.read(part);
    }
    this.#search.read(beyond);
  }

  #beginChunk(): Place {
    this.#left = 0;
    this.#hasDigit = false;
    return Place.chunkSize;
  }

  #after(byte: number): Place {
    switch (this.#place) {
      case Place.chunkSize:
        return this.#afterSizeDigit(byte);
      case Place.chunkSizePadding:
        return isBlank(byte) ? this.#unasked(true, Place.chunkSizePadding) : this.#afterSize(byte);
      case Place.chunkExtension:
        return byte === CR ? Place.chunkSizeEnd : this.#unasked(isVisible(byte), Place.chunkExtension);
      case Place.chunkSizeEnd:
        if (byte !== LF) return Place.broken;
        return this.#left > 0 ? Place.chunkData : Place.trailerStart;
      case Place.chunkDataCr:
        return byte === CR ? Place.chunkDataLf : Place.broken;
      case Place.chunkDataLf:
        return byte === LF ? this.#beginChunk() : Place.broken;
      case Place.trailerStart:
        return byte === CR ? Place.bodyEnd : this.#unasked(isToken(byte), Place.trailerName);
      case Place.trailerName:
        return byte === COLON ? Place.trailerValue : this.#unasked(isToken(byte), Place.trailerName);
      case Place.trailerValue:
        return byte === CR ? Place.trailerEnd : this.#unasked(isVisible(byte), Place.trailerValue);
      case Place.trailerEnd:
        return byte === LF ? Place.trailerStart : Place.broken;
      default:
        return byte === LF ? Place.complete : Place.broken;
    }
  }

  #afterSizeDigit(byte: number): Place {
    const digit = hexDigit(byte);
    if (digit >= 0) {
      if (this.#left >= LARGEST_SIZE) return Place.broken;
      this.#left = this.#left * 16 + digit;
      this.#hasDigit = true;
      return Place.chunkSize;
    }
    if (!this.#hasDigit) return Place.broken;
    // Some old servers pad the size with blanks.
    return isBlank(byte) ? Place.chunkSizePadding : this.#afterSize(byte);
  }

  #afterSize(byte: number): Place {
    if (byte === CR) return Place.chunkSizeEnd;
    return byte === SEMICOLON ? Place.chunkExtension : Place.broken;
  }

  /** What nobody asked for may be there, but not without end. */
  #unasked(allowed: boolean, next: Place): Place {
    this.#frameBytes += 1;
    return allowed && this.#frameBytes <= LONGEST_HEAD ? next : Place.broken;
  }
}

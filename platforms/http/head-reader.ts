import { type FramingHeader, HeaderField, type HeaderNames } from './header-field.js';
import { COLON, CR, isBlank, isToken, isVisible, LF, LONGEST_HEAD, NINE, SPACE, ZERO } from './octets.js';

/** Where in the head of an answer the next byte stands. */
enum Place {
  version,
  status,
  afterStatus,
  reason,
  statusLineEnd,
  lineStart,
  name,
  valueStart,
  value,
  lineEnd,
  headEnd,
  complete,
  broken,
}

/** `HTTP/1.0 ` and `HTTP/1.1 ` alike up to the last digit. */
const VERSION = Buffer.from('HTTP/1.x ', 'latin1');
const MINOR_AT = 7;

/**
 * Reads a status line and its headers byte by byte, whatever pieces they come in: RFC 9112, as strict as a careful client
 * (CRLF at every line end, no white space before a colon, no folded lines, no two lengths, no length beside an encoding).
 * A class whose fields tell what was read until the next `begin`: no object is made for an answer.
 */
export class HeadReader {
  status = 0;
  /** of the body, in bytes; -1 = not told */
  contentLength = -1;
  /** the body comes in chunks */
  chunked = false;
  /** whether the server keeps the connection open after this answer */
  keepsOpen = true;
  /** how long the server keeps an idle connection, as its `Keep-Alive: timeout=` says; -1 = it said nothing */
  keepOpenMs = -1;
  /** the values of the wanted headers, in their order; null where there is none */
  readonly wanted: (string | null)[];

  readonly #field: HeaderField;
  #place = Place.version;
  /** bytes of the version or digits of the status so far */
  #at = 0;
  #length = 0;
  #minor = 1;
  #encoded = false;
  #keepAliveAsked = false;

  constructor(names: HeaderNames) {
    this.#field = new HeaderField(names);
    this.wanted = names.wanted.map(() => null);
  }

  get complete(): boolean {
    return this.#place === Place.complete;
  }

  get broken(): boolean {
    return this.#place === Place.broken;
  }

  begin(): void {
    this.status = 0;
    this.contentLength = -1;
    this.chunked = false;
    this.keepsOpen = true;
    this.keepOpenMs = -1;
    this.wanted.fill(null);
    this.#place = Place.version;
    this.#at = 0;
    this.#length = 0;
    this.#encoded = false;
    this.#keepAliveAsked = false;
  }

  /** Reads bytes from `from` on. @returns where it stopped: at `to`, or behind the head, or at a byte that cannot be there */
  read(bytes: Uint8Array, from: number, to: number): number {
    let i = from;
    while (i < to && this.#place < Place.complete) {
      if (this.#place === Place.value) i = this.#readValue(bytes, i, to);
      else this.#place = this.#after(bytes[i++]!);
    }
    this.#length += i - from;
    if (this.#length > LONGEST_HEAD) this.#place = Place.broken;
    return i;
  }

  /** Most bytes of a head stand in values: these are read in one go. */
  #readValue(bytes: Uint8Array, from: number, to: number): number {
    let i = from;
    for (; i < to && isVisible(bytes[i]!); i += 1) this.#field.addToValue(bytes[i]!);
    if (i < to) this.#place = bytes[i++] === CR ? Place.lineEnd : Place.broken;
    return i;
  }

  #after(byte: number): Place {
    switch (this.#place) {
      case Place.version:
        return this.#afterVersion(byte);
      case Place.status:
        return this.#afterStatusDigit(byte);
      case Place.afterStatus:
        return byte === SPACE ? Place.reason : byte === CR ? Place.statusLineEnd : Place.broken;
      case Place.reason:
        return byte === CR ? Place.statusLineEnd : byte === LF ? Place.broken : Place.reason;
      case Place.statusLineEnd:
        return byte === LF ? Place.lineStart : Place.broken;
      case Place.lineStart:
        if (byte === CR) return Place.headEnd;
        this.#field.begin();
        return this.#afterName(byte);
      case Place.name:
        return this.#afterName(byte);
      case Place.valueStart:
        if (isBlank(byte)) return Place.valueStart;
        if (byte === CR) return Place.lineEnd;
        if (!isVisible(byte)) return Place.broken;
        this.#field.addToValue(byte);
        return Place.value;
      case Place.lineEnd:
        return byte === LF && this.#understandField() ? Place.lineStart : Place.broken;
      default:
        return byte === LF ? this.#end() : Place.broken;
    }
  }

  #afterVersion(byte: number): Place {
    if (this.#at === MINOR_AT && (byte === ZERO || byte === ZERO + 1)) this.#minor = byte - ZERO;
    else if (byte !== VERSION[this.#at]) return Place.broken;
    this.#at += 1;
    if (this.#at < VERSION.length) return Place.version;
    this.#at = 0;
    return Place.status;
  }

  #afterStatusDigit(byte: number): Place {
    if (byte < ZERO || byte > NINE) return Place.broken;
    this.status = this.status * 10 + (byte - ZERO);
    this.#at += 1;
    if (this.#at < 3) return Place.status;
    return this.status >= 100 ? Place.afterStatus : Place.broken;
  }

  #afterName(byte: number): Place {
    if (isToken(byte)) {
      this.#field.addToName(byte);
      return Place.name;
    }
    return byte === COLON && this.#field.hasName ? Place.valueStart : Place.broken;
  }

  /** @returns false if the header contradicts itself or another */
  #understandField(): boolean {
    const header = this.#field.header();
    if (header === null) return true;
    if (typeof header === 'number') {
      this.wanted[header] ??= this.#field.text();
      return true;
    }
    // A length beside an encoding is how answers are smuggled past a proxy.
    return this.#understand(header, this.#field.text().toLowerCase()) && !(this.#encoded && this.contentLength >= 0);
  }

  #understand(header: FramingHeader, value: string): boolean {
    switch (header) {
      case 'content-length':
        if (!/^\d+$/.test(value) || this.contentLength >= 0) return false;
        this.contentLength = Number(value);
        return this.contentLength <= Number.MAX_SAFE_INTEGER;
      case 'transfer-encoding':
        // Only where it comes last does it frame the body; behind any other coding the connection's end does.
        this.chunked = /(?:^|,)[ \t]*chunked$/.test(value);
        this.#encoded = true;
        return true;
      case 'connection':
        if (/(?:^|,)[ \t]*close[ \t]*(?:,|$)/.test(value)) this.keepsOpen = false;
        else this.#keepAliveAsked ||= /(?:^|,)[ \t]*keep-alive[ \t]*(?:,|$)/.test(value);
        return true;
      case 'keep-alive':
        this.#understandKeepAlive(/(?:^|[,; \t])timeout=(\d{1,9})/.exec(value)?.[1]);
        return true;
    }
  }

  /** Of several times the shortest counts. */
  #understandKeepAlive(seconds: string | undefined): void {
    if (seconds === undefined) return;
    const ms = Number(seconds) * 1_000;
    this.keepOpenMs = this.keepOpenMs < 0 ? ms : Math.min(this.keepOpenMs, ms);
  }

  #end(): Place {
    // An encoding in an HTTP/1.0 answer may come from something that does not know it: RFC 9112 6.1.
    if (this.#minor === 0 && (!this.#keepAliveAsked || this.#encoded)) this.keepsOpen = false;
    return Place.complete;
  }
}

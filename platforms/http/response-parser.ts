import { BodyReader } from './body-reader.js';
import { HeadReader } from './head-reader.js';
import type { HeaderNames } from './header-field.js';

/** More 1xx answers than this before the real one are none that a server means. */
const MOST_INFORMATIONAL = 32;

/**
 * Reads the answers on a connection, one after the other, from its bytes. What it cannot read is no guess: `broken`, and the
 * invocation's error is `protocol`. It is held against undici's parser (tests/platforms/http/odd-servers.test.ts).
 */
export class ResponseParser {
  readonly head: HeadReader;
  readonly body: BodyReader;
  #withoutBody = false;
  #informational = 0;
  #headIsRead = false;
  #isBroken = false;

  constructor(names: HeaderNames, keepBytes: number) {
    this.head = new HeadReader(names);
    this.body = new BodyReader(keepBytes);
  }

  /** 0 until the whole head of the real answer (not a 1xx) was read */
  get status(): number {
    return this.#headIsRead ? this.head.status : 0;
  }

  get complete(): boolean {
    return this.#headIsRead && this.body.complete;
  }

  get broken(): boolean {
    return this.#isBroken || this.head.broken || this.body.broken;
  }

  /** Expects the answer to a request. @param withoutBody true for HEAD, whose answer tells a length and has no body */
  begin(withoutBody: boolean): void {
    this.head.begin();
    this.body.forget();
    this.#withoutBody = withoutBody;
    this.#informational = 0;
    this.#headIsRead = false;
    this.#isBroken = false;
  }

  /** @returns how many of the bytes belong to this answer: fewer than `length` only when it is complete or broken */
  read(bytes: Uint8Array, length: number): number {
    let i = 0;
    while (i < length && !this.#headIsRead && !this.broken) {
      i = this.head.read(bytes, i, length);
      if (this.head.complete) this.#afterHead();
    }
    return this.#headIsRead ? this.body.read(bytes, i, length) : i;
  }

  /** The server has closed the connection. @returns whether that ended the answer as it may end */
  close(): boolean {
    return this.#headIsRead && this.body.close();
  }

  #afterHead(): void {
    const { status, chunked, contentLength } = this.head;
    if (status < 200) return this.#afterInformational(status);
    this.#headIsRead = true;
    if (this.#withoutBody || status === 204 || status === 304) return;
    if (chunked) this.body.beginChunked();
    else if (contentLength >= 0) this.body.beginCounted(contentLength);
    else this.body.beginUntilClose();
  }

  /** The real answer follows; but nobody asked for another protocol (101). */
  #afterInformational(status: number): void {
    this.#informational += 1;
    if (status === 101 || this.#informational > MOST_INFORMATIONAL) this.#isBroken = true;
    else this.head.begin();
  }
}

import type { Dispatcher } from 'undici';
import { monotonicMs } from '../../common/clock.js';
import { type Fault, faultOf } from './faults.js';

/** One request, prepared before the test so that sending it allocates little. */
export interface PreparedRequest {
  /** with the query */
  path: string;
  method: string;
  /** name, value, name, value … */
  headers: string[];
  body: Buffer | null;
  /** length of the body */
  requestBytes: number;
}

/** What came of a request. Times are of `monotonicMs()`. */
export interface Reply {
  /** null exactly when a whole answer came */
  fault: Fault | null;
  status: number | null;
  headers: Record<string, string | string[] | undefined> | null;
  sentMs: number | null;
  firstByteMs: number | null;
  endMs: number;
  responseBytes: number | null;
  /** the first bytes of the body, where some were to be kept */
  body: Buffer | null;
}

/**
 * One request under way: undici tells it what happens on the socket, and it answers exactly once, at the latest at its
 * deadline. A class because undici calls five methods on it and thousands are alive at once.
 */
export class Exchange implements Dispatcher.DispatchHandler {
  readonly request: PreparedRequest;
  /** the reply was given: whatever the socket still says is for nobody */
  ended = false;
  readonly #keepBytes: number;
  readonly #done: (reply: Reply) => void;
  readonly #deadline: NodeJS.Timeout;
  #controller: Dispatcher.DispatchController | null = null;
  #status: number | null = null;
  #headers: Reply['headers'] = null;
  #sentMs: number | null = null;
  #firstByteMs: number | null = null;
  #bytes = 0;
  #kept: Buffer[] = [];
  #keptBytes = 0;
  /** the connection is free again, or gone */
  onSocketFree: (() => void) | null = null;

  constructor(request: PreparedRequest, timeoutMs: number, keepBytes: number, done: (reply: Reply) => void) {
    this.request = request;
    this.#keepBytes = keepBytes;
    this.#done = done;
    // All deadlines of a pool are equally long: Node keeps such timers in one list, so ten thousand cost no more than one.
    this.#deadline = setTimeout(() => {
      this.fail('timeout');
      this.#controller?.abort(new Error('deadline'));
    }, timeoutMs);
  }

  fail(fault: Fault): void {
    this.#end(fault);
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    if (this.ended) return controller.abort(new Error('deadline'));
    this.#controller = controller;
    this.#sentMs = monotonicMs();
  }

  /** The first byte of a status line; undici's headers come only when all of them are there. */
  onResponseStarted(): void {
    this.#firstByteMs ??= monotonicMs();
  }

  onResponseStart(
    _controller: Dispatcher.DispatchController,
    status: number,
    headers: NonNullable<Reply['headers']>,
  ): void {
    if (status < 200) return;
    this.#status = status;
    this.#headers = headers;
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#bytes += chunk.length;
    const room = this.#keepBytes - this.#keptBytes;
    if (room <= 0 || this.ended) return;
    // Copied: the chunk is a view of undici's read buffer.
    const part = Buffer.from(chunk.subarray(0, room));
    this.#kept.push(part);
    this.#keptBytes += part.length;
  }

  onResponseEnd(): void {
    this.#end(null);
    this.onSocketFree?.();
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    this.#end(faultOf(error));
    this.onSocketFree?.();
  }

  #end(fault: Fault | null): void {
    if (this.ended) return;
    this.ended = true;
    clearTimeout(this.#deadline);
    this.#done({
      fault,
      status: this.#status,
      headers: this.#headers,
      sentMs: this.#sentMs,
      firstByteMs: this.#firstByteMs,
      endMs: monotonicMs(),
      responseBytes: this.#status === null ? null : this.#bytes,
      body: this.#kept.length > 0 ? Buffer.concat(this.#kept) : null,
    });
  }
}

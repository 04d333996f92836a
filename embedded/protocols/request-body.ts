import type { IncomingMessage } from 'node:http';

export interface BodyLimits {
  limitBytes: number;
  /** what the promise rejects with where the body is longer */
  tooLarge(bytes: number): Error;
  /** what it rejects with where the client goes away in the middle; without it the request's own error stands */
  aborted?(): Error;
}

/** Reads a body. What is too much is read and dropped, so that the client hears the answer. */
export function readWithin(request: IncomingMessage, { limitBytes, tooLarge, aborted }: BodyLimits): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    request.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes <= limitBytes) chunks.push(chunk);
    });
    request.on('end', () => {
      if (bytes <= limitBytes) resolve(chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks));
      else reject(tooLarge(bytes));
    });
    request.on('error', reject);
    if (aborted !== undefined) request.on('aborted', () => reject(aborted()));
  });
}

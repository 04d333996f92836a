import { mkdir, open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { messageOf } from '../../common/errors.js';
import type { PodLine } from '../parsers/pod-line.js';

/** A file that gets a line an event, in order. */
export interface PodFile {
  add(line: PodLine): void;
  /** Waits until all is written. @returns why it could not be; null = it is */
  close(): Promise<string | null>;
}

/** Opens the file, and makes its folder; whatever fails is told at its end. */
export function openPodFile(path: string): PodFile {
  const opening = mkdir(dirname(path), { recursive: true }).then(() => open(path, 'a'));
  let fault: string | null = null;
  let written: Promise<void> = opening.then(() => undefined, noteFault);
  function noteFault(error: unknown): void {
    fault ??= messageOf(error);
  }
  return {
    add(line) {
      written = written
        .then(async () => {
          if (fault === null) await (await opening).appendFile(`${JSON.stringify(line)}\n`);
        })
        .catch(noteFault);
    },
    async close() {
      await written;
      await opening.then((file) => file.close()).catch(noteFault);
      return fault;
    },
  };
}

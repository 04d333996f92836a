import { open } from 'node:fs/promises';
import { cannotWrite } from '../records/run-directory.js';

/** A file that only grows, with one writer. */
export interface Journal {
  /**
   * Hands over whole lines; they are written at once, while later ones gather.
   * @param written called when the bytes are not needed any more
   */
  add(lines: string | Uint8Array, written?: () => void): void;
  /** resolves when everything added before is with the operating system, so that it survives our death */
  flush(): Promise<void>;
  /**
   * Flushes and closes.
   * @throws RecordsError if anything could not be written
   */
  close(): Promise<void>;
}

/**
 * Opens a journal with its first line.
 * @param onFault called once, when a write fails (disk full): what is added after that is lost
 * @throws RecordsError if the file cannot be made
 */
export async function openJournal(
  path: string,
  header: string,
  onFault: (fault: Error) => void,
  mode = 0o644,
): Promise<Journal> {
  const file = await open(path, 'wx', mode).catch((error: unknown) => {
    throw cannotWrite(path, error);
  });
  let gathered: { bytes: Uint8Array; written: (() => void) | undefined }[] = [];
  if (header !== '') gathered.push({ bytes: Buffer.from(header, 'utf8'), written: undefined });
  let writing: Promise<void> | null = null;
  let fault: Error | null = null;

  async function writeGathered(): Promise<void> {
    while (gathered.length > 0 && fault === null) {
      const pieces = gathered;
      gathered = [];
      for (const { bytes, written } of pieces) {
        await write(bytes);
        written?.();
      }
    }
    writing = null;
  }
  async function write(bytes: Uint8Array): Promise<void> {
    if (fault !== null) return;
    try {
      await file.appendFile(bytes);
    } catch (error) {
      fault = cannotWrite(path, error);
      onFault(fault);
    }
  }
  async function flush(): Promise<void> {
    await writing;
  }
  if (gathered.length > 0) writing = writeGathered();
  return {
    add(lines, written) {
      if (fault !== null) return;
      gathered.push({ bytes: typeof lines === 'string' ? Buffer.from(lines, 'utf8') : lines, written });
      writing ??= writeGathered();
    },
    flush,
    async close() {
      await flush();
      await file.close();
      if (fault !== null) throw fault;
    },
  };
}

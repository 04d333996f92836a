import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { messageOf } from '../../common/errors.js';
import { pathSafe, replaceAtomically } from '../../common/files.js';
import { plainText } from '../../common/plain-text.js';
import { type Answer, decodedBase64 } from './protocol.js';
import { type Session, SessionFault } from './session.js';
import type { RemoteLimits } from './limits.js';

/** Where the files of a host lie here. */
export interface FilesPlace {
  runDirectory: string;
  /** relative to it, as messages name it */
  folder: string;
}

/** What came home, and what did not. */
export interface FilesHome {
  /** by the names that they have here */
  kept: string[];
  /** one phrase a file */
  missing: string[];
}

const NAME_WIDTH = 80;
/** Lines are short: so many bytes are written at a time. */
const BLOCK_BYTES = 2 ** 20;

/**
 * Brings the files of the host's output folder into `folder`. What a host says is not believed: a name becomes one that
 * cannot leave the folder, and nothing is written beyond the limits.
 * @param taken names here that are ours; a file of that name gets another
 * @param home filled as files come, so that it is known what came before a fault
 * @throws SessionFault if the session ends before all files are here; those in `home` are whole
 */
export async function bringFilesHome(
  session: Session,
  folder: string,
  taken: ReadonlySet<string>,
  limits: RemoteLimits,
  home: FilesHome,
): Promise<void> {
  // Whoever calls ends the session when it has taken too long.
  const next = async (): Promise<Answer> => (await session.answer(limits.homeMs)).answer;
  let restBytes = limits.allBytes;
  session.send(`files ${limits.fileBytes} ${limits.allBytes} ${limits.files}`);
  for (let met = 0; ; met += 1) {
    const answer = await next();
    if (answer.kind === 'files over') {
      if (answer.more > 0) home.missing.push(`${answer.more} more files`);
      return;
    }
    // As many again may be named without coming.
    if (met > 2 * limits.files) throw new SessionFault('it names files without an end');
    if (answer.kind === 'left') {
      home.missing.push(`${plainText(answer.name, NAME_WIDTH)} (${sizeText(answer.size)})`);
      continue;
    }
    if (answer.kind !== 'file') throw strange(answer);
    if (answer.size < 0 || answer.size > Math.min(limits.fileBytes, restBytes) || home.kept.length >= limits.files) {
      throw new SessionFault('it sends more than was asked for');
    }
    restBytes -= answer.size;
    const name = nameHere(answer.name, taken);
    if (name === null) throw new SessionFault('it sends a file without a proper name');
    const bytes = await takeFile(join(folder, name), answer.size, next);
    home.kept.push(name);
    if (bytes < answer.size) home.missing.push(`the end of ${name} (it was cut while it was read)`);
  }
}

async function takeFile(path: string, size: number, next: () => Promise<Answer>): Promise<number> {
  let bytes = 0;
  await replaceAtomically(path, async (beside) => {
    const file = await open(beside, 'wx');
    try {
      let block: Buffer[] = [];
      let blockBytes = 0;
      for (;;) {
        const answer = await next();
        const part = answer.kind === '.' ? null : bytesOf(answer);
        bytes += part?.length ?? 0;
        if (bytes > size) throw new SessionFault('it sends more than it said');
        if (part !== null) block.push(part);
        blockBytes += part?.length ?? 0;
        if (part !== null && blockBytes < BLOCK_BYTES) continue;
        await file.writeFile(Buffer.concat(block));
        if (part === null) return;
        block = [];
        blockBytes = 0;
      }
    } finally {
      await file.close();
    }
  }).catch((error: unknown) => {
    throw error instanceof SessionFault
      ? error
      : new SessionFault(`a file cannot be written here: ${messageOf(error)}`);
  });
  return bytes;
}

/** A line of base64 is no answer of its own; short ones may look like one (`done`, `left`). */
function bytesOf(answer: Answer): Buffer {
  const line = answer.kind === 'unknown' ? answer.line : answer.kind;
  const bytes = decodedBase64(line);
  if (bytes === null) throw strange(answer);
  return bytes;
}

function strange(answer: Answer): SessionFault {
  return new SessionFault(`it sends what was not asked for (${JSON.stringify(answer).slice(0, 80)})`);
}

/** @returns null for what can be no file's name */
export function nameHere(name: string, taken: ReadonlySet<string>): string | null {
  if (name === '' || name === '.' || name === '..') return null;
  const safe = pathSafe(name);
  return taken.has(safe) ? `from-script-${safe}` : safe;
}

function sizeText(bytes: number): string {
  return bytes < 0 ? 'it cannot be read there' : `${(bytes / 2 ** 20).toFixed(1)} MiB`;
}

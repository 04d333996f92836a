import { createReadStream } from 'node:fs';
import { open, readFile } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { RecordsError } from '../../../common/errors.js';
import { eventsInJson, eventsOfTail, isTail } from './event-shapes.js';
import type { LogEvent } from './executions.js';
import { parseLogLine } from './log-line.js';

/** Enough to see what a file is. */
const HEAD_BYTES = 64 * 1024;
/** One JSON document is parsed as a whole; longer ones would need several times their length in memory. */
const LONGEST_DOCUMENT_BYTES = 256 * 2 ** 20;
const EVENTS_PER_BATCH = 5_000;

/**
 * Reads the log events of a file, whatever it is: lines of text, also with the stream and time that `aws logs tail` and
 * `sam logs` put before them; JSON, as one document or a line each; base64. Text is read line by line.
 *
 * @throws Error, RecordsError if it cannot be read
 */
export async function* eventsOfFile(path: string): AsyncGenerator<LogEvent[]> {
  const { head, bytes } = await headOf(path);
  const isJson = /^\s*[[{]/.test(head);
  if (isJson && !beginsWithWholeLine(head)) {
    if (bytes > LONGEST_DOCUMENT_BYTES) {
      throw new RecordsError(
        `${path} is one JSON document of ${Math.round(bytes / 2 ** 20)} MiB; write a line for each event (jq -c '.events[]') and try again`,
      );
    }
    const text = await readFile(path, 'utf8');
    const events = eventsInDocument(text);
    if (events !== null) return yield events;
    if (isBrokenDocument(text)) {
      throw new RecordsError('it is a JSON document that is cut off or broken; fetch it again');
    }
  } else if (bytes <= HEAD_BYTES && isTail(head)) return yield eventsOfTail(head);
  yield* eventsOfLines(path);
}

async function headOf(path: string): Promise<{ head: string; bytes: number }> {
  const file = await open(path, 'r');
  try {
    const { size } = await file.stat();
    const { buffer, bytesRead } = await file.read(Buffer.alloc(HEAD_BYTES), 0, HEAD_BYTES, 0);
    return { head: buffer.toString('utf8', 0, bytesRead), bytes: size };
  } finally {
    await file.close();
  }
}

/** Whether the first line that holds anything is JSON by itself: then every line is. */
function beginsWithWholeLine(head: string): boolean {
  const [line] = head.trimStart().split('\n', 1);
  return jsonIn(line!) !== undefined;
}

function eventsInDocument(text: string): LogEvent[] | null {
  const value = jsonIn(text);
  return value === undefined ? null : (eventsInJson(value) ?? []);
}

/** Text may begin with a bracket too (`[INFO] …`), and of lines only the first may be cut: then others tell something. */
function isBrokenDocument(text: string): boolean {
  if (!/^\s*(\{\s*"|\[\s*[[{"])/.test(text)) return false;
  return !text.split('\n').some((line) => isJsonLine(line) || parseLogLine(line) !== null);
}

function isJsonLine(line: string): boolean {
  return /^\s*\{\s*".*\}\s*$/.test(line) && jsonIn(line) !== undefined;
}

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

async function* eventsOfLines(path: string): AsyncGenerator<LogEvent[]> {
  const lines = createInterface({ input: createReadStream(path, 'utf8'), crlfDelay: Infinity });
  let batch: LogEvent[] = [];
  let logStream: string | null = null;
  for await (const line of lines) {
    if (line.trim() === '') continue;
    for (const event of eventsOfLine(line, logStream)) {
      ({ logStream } = event);
      batch.push(event);
    }
    if (batch.length < EVENTS_PER_BATCH) continue;
    yield batch;
    batch = [];
  }
  yield batch;
}

const STREAM = String.raw`\S*\[[^\]\s]+\][0-9a-f]{16,}`;
const TIME = String.raw`\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:Z|[+-]\d{2}:?\d{2})?`;
const PREFIX = new RegExp(String.raw`^(?:(${STREAM})\s+)?(?:(${TIME})\s+)?(?:(${STREAM})\s+)?`);

/** @param logStream of the line before, to which a line without a prefix belongs */
function eventsOfLine(line: string, logStream: string | null): LogEvent[] {
  const text = line.trim();
  if (text.startsWith('{') || text.startsWith('[')) {
    const value = jsonIn(text);
    const events = value === undefined ? null : eventsInJson(value, logStream);
    if (events !== null) return events;
  }
  if (isTail(text)) return eventsOfTail(text);
  const whole: LogEvent = { message: line, atMs: null, logStream, logGroup: null };
  if (parseLogLine(line) !== null) return [whole];
  const [prefix = '', before, time, after] = PREFIX.exec(text) ?? [];
  if (prefix === '') return [whole];
  return [
    {
      message: text.slice(prefix.length),
      atMs: time === undefined ? null : timeOf(time),
      logStream: before ?? after ?? logStream,
      logGroup: null,
    },
  ];
}

/** Without a zone it is UTC, as `sam logs` writes it. */
function timeOf(text: string): number | null {
  const ms = Date.parse(/(Z|[+-]\d{2}:?\d{2})$/.test(text) ? text : `${text}Z`);
  return Number.isNaN(ms) ? null : ms;
}

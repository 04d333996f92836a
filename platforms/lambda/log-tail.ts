import { parseReportLine } from './report-line.js';

const START = 'REPORT RequestId: ';

/**
 * The REPORT line of an execution from the tail of its log: the header `X-Amz-Log-Result`, base64 of the last 4 KB.
 * A function may print such a line itself, so the last one counts, and only if it names the request: a figure of another
 * execution would be worse than none. An XRAY line that follows belongs to it.
 * It is looked for and not parsed, for this is done for every answer while the test runs.
 *
 * @returns the line as it stands, null where there is none
 */
export function reportInTail(tail: string | null, requestId: string | null): string | null {
  if (tail === null || requestId === null) return null;
  const log = Buffer.from(tail, 'base64').toString('utf8');
  return textReport(log, requestId) ?? jsonReport(log, requestId);
}

function textReport(log: string, requestId: string): string | null {
  const start = START + requestId;
  for (let at = log.lastIndexOf(start); at >= 0; at = at === 0 ? -1 : log.lastIndexOf(start, at - 1)) {
    const beginsLine = at === 0 || log[at - 1] === '\n';
    if (!beginsLine || !isSpace(log[at + start.length])) continue;
    const end = endOfLine(log, at);
    const line = log.slice(at, end).trimEnd();
    if (!log.startsWith('XRAY ', end + 1)) return line;
    return `${line}\n${log.slice(end + 1, endOfLine(log, end + 1)).trimEnd()}`;
  }
  return null;
}

function endOfLine(log: string, from: number): number {
  const end = log.indexOf('\n', from);
  return end < 0 ? log.length : end;
}

/** The id ends where it should: another may begin with it. */
function isSpace(char: string | undefined): boolean {
  return char === undefined || char === '\t' || char === ' ' || char === '\n' || char === '\r';
}

function jsonReport(log: string, requestId: string): string | null {
  if (!log.includes('"platform.report"')) return null;
  const lines = log.split('\n').map((line) => line.trim());
  return lines.findLast((line) => line.startsWith('{') && parseReportLine(line)?.requestId === requestId) ?? null;
}

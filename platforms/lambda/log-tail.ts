import { parseReportLine } from './report-line.js';

/**
 * The REPORT line of an execution from the tail of its log: the header `X-Amz-Log-Result`, base64 of the last 4 KB.
 * A function may print such a line itself, so the last one counts, and only if it names the request: a figure of another
 * execution would be worse than none. An XRAY line that follows belongs to it.
 *
 * @returns the line as it stands, null where there is none
 */
export function reportInTail(tail: string | null, requestId: string | null): string | null {
  if (tail === null || requestId === null) return null;
  const lines = Buffer.from(tail, 'base64').toString('utf8').split('\n');
  for (let i = lines.length - 1; i >= 0; i -= 1) {
    const line = lines[i]!.trim();
    if (!/^REPORT RequestId:|^\{.*"platform\.report"/.test(line)) continue;
    if (parseReportLine(line)?.requestId !== requestId) continue;
    const next = lines[i + 1]?.trim() ?? '';
    return next.startsWith('XRAY ') ? `${line}\n${next}` : line;
  }
  return null;
}

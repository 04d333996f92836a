/** What the agent on a host (agent.sh) answers, one line each. */
export type Answer =
  | { kind: 'hello' | 'done' | 'started' | 'running' | 'outlived' | 'remains' | 'samples follow' | '.' }
  | { kind: 'fault'; why: string }
  /** of its wall clock */
  | { kind: 'clock'; epochMs: number }
  | { kind: 'ended'; status: number }
  /** with a status: of a sampler that had ended by itself */
  | { kind: 'samples over'; status: number | null }
  /** bytes of a file follow, or a file stays there; size −1: it could not be read, −2: it is no regular file */
  | { kind: 'file' | 'left'; name: string; size: number }
  /** so many more stay there unnamed */
  | { kind: 'files over'; more: number }
  /** no answer of the agent's */
  | { kind: 'unknown'; line: string };

const WORDS = new Set(['done', 'started', 'running', 'outlived', 'remains', 'samples follow', '.'] as const);

/** Reads one line. Never throws: whatever is no answer is `unknown`. */
export function readAnswer(line: string): Answer {
  if ((WORDS as Set<string>).has(line)) return { kind: line } as Answer;
  if (line === 'faaslab-agent 1') return { kind: 'hello' };
  return readFault(line) ?? readClock(line) ?? readStatus(line) ?? readFileLine(line) ?? { kind: 'unknown', line };
}

function readFault(line: string): Answer | null {
  return line.startsWith('fault ') ? { kind: 'fault', why: line.slice('fault '.length) } : null;
}

function readClock(line: string): Answer | null {
  const match = /^clock (\d{16})$/.exec(line);
  return match === null ? null : { kind: 'clock', epochMs: Number(match[1]) / 1_000 };
}

function readStatus(line: string): Answer | null {
  if (line === 'samples over') return { kind: 'samples over', status: null };
  const match = /^(ended|samples over) (\d{1,3})$/.exec(line);
  return match === null ? null : { kind: match[1] as 'ended' | 'samples over', status: Number(match[2]) };
}

function readFileLine(line: string): Answer | null {
  const over = /^files over (\d{1,9})$/.exec(line);
  if (over !== null) return { kind: 'files over', more: Number(over[1]) };
  // No name has more than 255 bytes, which are 340 characters here.
  const match = /^(file|left) (\S{1,340}) (-[12]|\d{1,15})$/.exec(line);
  const bytes = match === null ? null : decodedBase64(match[2]!);
  if (match === null || bytes === null || bytes.length === 0) return null;
  return { kind: match[1] as 'file' | 'left', name: bytes.toString('utf8'), size: Number(match[3]) };
}

/** @returns null for what is no base64 */
export function decodedBase64(text: string): Buffer | null {
  return text.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(text) ? Buffer.from(text, 'base64') : null;
}

/** As the agent decodes it: no blank, quote or line break is left in it. */
export function encoded(content: string | Uint8Array): string {
  return Buffer.from(content).toString('base64');
}

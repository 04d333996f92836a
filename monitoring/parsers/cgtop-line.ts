export interface CgtopGroup {
  /** its path; `/` is the whole machine */
  group: string;
  tasks: number | null;
  cpuPct: number | null;
  /** instead of a percentage with `--cpu=time`: all it has used so far; else undefined */
  cpuTimeMs?: number;
  memoryBytes: number | null;
  inputBytesPerS: number | null;
  outputBytesPerS: number | null;
}

const COUNT = /^(?:-|\d{1,20})$/;
const PERCENT = /^\d{1,9}[.,]\d$/;
/** systemd's format_bytes: one decimal, cut off, of the largest unit that fits; with `--raw` plain bytes */
const BYTES = /^(\d{1,20}(?:\.\d)?)([BKMGTPE])$/;
const RAW_BYTES = /^\d{1,20}$/;
const POWER: Record<string, number> = { B: 0, K: 1, M: 2, G: 3, T: 4, P: 5, E: 6 };
const SPAN = /^(\d{1,20}(?:\.\d{1,9})?)(us|ms|s|min|h|d|w|month|y)$/;
/** systemd's own lengths of a month and a year: 30.44 and 365.25 days */
const SPAN_MS: Record<string, number> = {
  us: 0.001,
  ms: 1,
  s: 1_000,
  min: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
  month: 2_629_800_000,
  y: 31_557_600_000,
};

/**
 * A row of `systemd-cgtop --batch`: `path tasks %CPU memory input/s output/s`, `-` where it does not know.
 * Read from its end, since a path may hold blanks, and so may a CPU time (`7h 34min 3.992291s`).
 * @returns null where it is none
 */
export function readCgtopGroup(line: string): CgtopGroup | null {
  const words = new WordsFromEnd(line);
  const [output, input, memory] = [words.next(), words.next(), words.next()].map(bytesOf);
  if (output === undefined || input === undefined || memory === undefined) return null;
  const cpu = cpuOf(words);
  const tasks = words.next();
  const group = words.rest();
  if (cpu === null || !COUNT.test(tasks) || !group.startsWith('/')) return null;
  return {
    group,
    tasks: tasks === '-' ? null : Number(tasks),
    ...cpu,
    memoryBytes: memory,
    inputBytesPerS: input,
    outputBytesPerS: output,
  };
}

function cpuOf(words: WordsFromEnd): Pick<CgtopGroup, 'cpuPct' | 'cpuTimeMs'> | null {
  const word = words.next();
  if (word === '-') return { cpuPct: null };
  if (PERCENT.test(word)) return { cpuPct: Number(word.replace(',', '.')) };
  if (word === '0') return { cpuPct: null, cpuTimeMs: 0 };
  let cpuTimeMs = spanMs(word);
  if (cpuTimeMs === null) return null;
  for (let more = spanMs(words.peek()); more !== null; more = spanMs(words.peek())) {
    words.next();
    cpuTimeMs += more;
  }
  return { cpuPct: null, cpuTimeMs };
}

function spanMs(word: string): number | null {
  const span = SPAN.exec(word);
  return span === null ? null : Number(span[1]) * SPAN_MS[span[2]!]!;
}

/** @returns undefined where the word is no size */
function bytesOf(word: string): number | null | undefined {
  if (word === '-') return null;
  if (RAW_BYTES.test(word)) return Number(word);
  const size = BYTES.exec(word);
  return size === null ? undefined : Math.round(Number(size[1]) * 1_024 ** POWER[size[2]!]!);
}

/** The words of a line from the last to the first; each line is walked once, whatever it holds. */
class WordsFromEnd {
  #left: string;

  constructor(line: string) {
    this.#left = line.trimEnd();
  }

  peek(): string {
    return this.#left.slice(this.#left.lastIndexOf(' ') + 1);
  }

  next(): string {
    const word = this.peek();
    this.#left = this.#left.slice(0, this.#left.length - word.length).trimEnd();
    return word;
  }

  rest(): string {
    return this.#left;
  }
}

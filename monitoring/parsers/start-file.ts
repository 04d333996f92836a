import { plainText } from '../../common/plain-text.js';

/** When a script of ours was about to become its tool, by the host's own clock. */
export interface MonitorStart {
  epochMs: number;
  /** between two blocks of a tool that prints in a fixed rhythm; null where the script does not say */
  intervalMs: number | null;
}

/** Nanoseconds since 1970 from September 2001 (10¹⁸) on. A `date` without %N prints a literal N, which is not taken. */
const EPOCH_NS = /^[1-9]\d{18}$/;
const INTERVAL = /^interval_ms=(\d{1,9}(?:\.\d{1,6})?)$/;

/** Reads a `<tool>.start`: epoch nanoseconds, then `interval_ms=N` on a line of its own where it is known. @returns null if it is none */
export function readStart(text: string): MonitorStart | null {
  const [first = '', ...others] = text.split('\n').map((line) => line.trim());
  if (!EPOCH_NS.test(first)) return null;
  const ns = BigInt(first);
  // Apart: nanoseconds since 1970 have more digits than a double, milliseconds with a fraction have not.
  const epochMs = Number(ns / 1_000_000n) + Number(ns % 1_000_000n) / 1_000_000;
  const intervalMs = Number(others.map((line) => INTERVAL.exec(line)?.[1]).find((found) => found !== undefined) ?? 0);
  return { epochMs, intervalMs: intervalMs > 0 ? intervalMs : null };
}

const SHOWN = 40;

/** What of a `<tool>.start` cannot be used, in a phrase that follows its name; null where all can. */
export function startFault(text: string): string | null {
  const [first = '', ...others] = text.split('\n').map((line) => line.trim());
  if (first === '') return 'holds no time: it is empty or begins with an empty line';
  if (!EPOCH_NS.test(first))
    return `holds no time: it begins with "${plainText(first, SHOWN)}", not with nanoseconds since 1970 (19 digits)`;
  const told = others.find((line) => line.startsWith('interval_ms='));
  if (told === undefined || readStart(text)!.intervalMs !== null) return null;
  return `tells no interval: "${plainText(told, SHOWN)}" is no number of milliseconds above 0`;
}

/** FaaSProfiler writes the epoch milliseconds at which it starts systemd-cgtop into the file's name: `systemd-cgtop_<ms>.txt`. */
export function startInName(fileName: string): MonitorStart | null {
  const ms = /_([1-9]\d{12})\.\w+$/.exec(fileName)?.[1];
  return ms === undefined ? null : { epochMs: Number(ms), intervalMs: null };
}

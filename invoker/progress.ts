import type { RunProgress } from './run.js';

/** Where the live line is drawn: stderr, when it is a terminal. */
export interface Screen {
  isTTY?: boolean;
  columns?: number;
  write(text: string): unknown;
}

export interface LiveLine {
  show(progress: RunProgress): void;
  /** removes the line */
  clear(): void;
}

const BARS = '▁▂▃▄▅▆▇█';
const BARS_SHOWN = 12;

/** One line that renews itself while a run fires; nothing at all when piped, or with NO_COLOR. */
export function liveLine(screen: Screen, environment: NodeJS.ProcessEnv): LiveLine {
  if (screen.isTTY !== true || environment['NO_COLOR']) return { show: () => undefined, clear: () => undefined };
  const rates = rateBars();
  return {
    show(progress) {
      screen.write(`\r\x1b[2K${lineOf(progress, rates(progress), (screen.columns ?? 80) - 1)}`);
    },
    clear: () => void screen.write('\r\x1b[2K'),
  };
}

/** What is left out, the first first, where the terminal is too narrow for all. */
const DISPENSABLE = ['planned', 'fired', 'bars', 'inFlight'] as const;

function lineOf({ elapsedS, durationS, planned, state }: RunProgress, bars: string, columns: number): string {
  const { counts, nextSeq, inFlight, latenessP99Ms } = state;
  const pieces = {
    time: `${elapsedS.toFixed(1)}/${durationS} s`,
    planned: `planned ${planned}`,
    fired: `fired ${nextSeq - counts.dropped}`,
    ok: `ok ${counts.ok}`,
    failed: `failed ${counts.failed}`,
    dropped: counts.dropped > 0 ? `dropped ${counts.dropped}` : '',
    inFlight: `in flight ${inFlight}`,
    late: `late p99 ${latenessP99Ms.toFixed(2)} ms`,
    bars,
  };
  const line = (): string =>
    Object.values(pieces)
      .filter((piece) => piece !== '')
      .join('  ');
  for (const name of DISPENSABLE) if ([...line()].length > columns) pieces[name] = '';
  return [...line()].slice(0, columns).join('');
}

/** A bar for each of the last seconds: how many rows were fired in it, against the busiest of them. */
function rateBars(): (progress: RunProgress) => string {
  const perSecond: number[] = [];
  let second = 0;
  let before = 0;
  return ({ elapsedS, state }) => {
    while (second < Math.floor(elapsedS)) {
      perSecond.push(state.nextSeq - before);
      before = state.nextSeq;
      second += 1;
      if (perSecond.length > BARS_SHOWN) perSecond.shift();
    }
    const most = Math.max(...perSecond);
    return perSecond.map((rows) => BARS[most === 0 ? 0 : Math.round((rows / most) * (BARS.length - 1))]).join('');
  };
}

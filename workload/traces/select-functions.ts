import type { RandomStream } from '../../common/random.js';
import { systematicSample } from './systematic-sample.js';
import type { TraceFunction } from './trace-file.js';

/** Which functions of a trace are replayed. */
export type FunctionChoice =
  | { kind: 'all' }
  /** the n with the most invocations in the window */
  | { kind: 'top'; n: number }
  /** n that stand for the whole: their distribution of counts is that of all */
  | { kind: 'sample'; n: number }
  /** by what the user wrote of their ids */
  | { kind: 'named'; names: readonly string[] };

/** Of names that are hashes so much must be given. */
export const SHORTEST_PREFIX = 8;

/**
 * The chosen functions: by rank, most invocations first, or in the order in which they were named. Functions that the
 * window does not invoke are taken only by name.
 * @param onFault which name (its place in the list) is wrong, and why
 */
export function selectFunctions(
  functions: readonly TraceFunction[],
  choice: FunctionChoice,
  random: RandomStream,
  onFault: (place: number, fault: string) => void,
): TraceFunction[] {
  if (choice.kind === 'named') return named(functions, choice.names, onFault);
  const ranked = functions.filter(({ invocations }) => invocations > 0).sort(byRank);
  if (choice.kind === 'top') return ranked.slice(0, choice.n);
  return choice.kind === 'sample' ? systematicSample(ranked, choice.n, random) : ranked;
}

/** Ties are broken by id, so that the order never depends on that of the file. */
function byRank(a: TraceFunction, b: TraceFunction): number {
  return b.invocations - a.invocations || (a.id < b.id ? -1 : 1);
}

function named(
  functions: readonly TraceFunction[],
  names: readonly string[],
  onFault: (place: number, fault: string) => void,
): TraceFunction[] {
  const chosen = new Set<TraceFunction>();
  for (const [place, name] of names.entries()) {
    const whole = functions.filter((fn) => matches(fn, name, (part, given) => part === given));
    const found =
      whole.length > 0
        ? whole
        : functions.filter((fn) =>
            matches(fn, name, (part, given) => given.length >= SHORTEST_PREFIX && part.startsWith(given)),
          );
    if (found.length === 0) {
      onFault(place, `is no function of the trace, nor at least ${SHORTEST_PREFIX} characters that one begins with`);
    } else if (found.length > 1) {
      onFault(place, `is the beginning of ${found.length} functions of the trace; give more of it, or app/function`);
    } else if (chosen.has(found[0]!)) {
      onFault(place, 'names a function that another entry names already');
    } else chosen.add(found[0]!);
  }
  return [...chosen];
}

/** `function`, `app/function` or `owner/app/function`; the name in a plain CSV may hold slashes of its own. */
function matches({ parts }: TraceFunction, name: string, fits: (part: string, given: string) => boolean): boolean {
  const given = parts.length === 1 ? [name] : name.split('/');
  return (
    given.length <= parts.length && given.every((piece, i) => fits(parts[parts.length - given.length + i]!, piece))
  );
}

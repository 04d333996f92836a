import type { Guard } from '../../common/guard.js';
import type { KubernetesPods } from '../../workload/model.js';
import type { PodLine } from '../parsers/pod-line.js';
import { faultOf, type KubectlFault } from './kubectl-fault.js';
import { getPodsArguments, type KubectlEnd, type RunningKubectl, startKubectl } from './kubectl.js';
import { type PodList, readPodList, readWatchLine } from './pod-event.js';

/** A pod of 10 kB, as large ones are, 10,000 times. */
const LONGEST_LIST = 100_000_000;
/** The cluster itself stores no object over 1.5 MB. */
const LONGEST_LINE = 4_000_000;

/** Asks once for all pods; at most so long, and not beyond the signal. */
export async function listPods(
  pods: KubernetesPods,
  limitMs: number,
  signal: AbortSignal,
): Promise<PodList | KubectlFault> {
  const pieces: string[] = [];
  let length = 0;
  let why: string | null = null;
  const kubectl = startKubectl(getPodsArguments(pods), (text) => {
    length += text.length;
    if (length <= LONGEST_LIST) pieces.push(text);
  });
  const stop = (reason: string): void => {
    why ??= reason;
    kubectl.stop();
  };
  const timer = setTimeout(() => stop(`kubectl gave no answer within ${limitMs / 1_000} s`), limitMs);
  const end = await stoppable(kubectl, signal, () => stop('it was interrupted')).finally(() => clearTimeout(timer));
  if (why !== null) return { message: why, final: false };
  // Where it fails it prints an empty list all the same: only its exit code tells the two apart.
  if (end.exitCode !== 0) return faultOf(end);
  return (
    readPodList(pieces.join(''), Date.now()) ?? { message: 'the answer of kubectl is no list of pods', final: false }
  );
}

/** What the watch is told, in order. */
export interface PodListener {
  onPod(line: PodLine): void;
  /** a line that is no event */
  onUnknown(): void;
}

/**
 * Watches until the server or the signal ends it.
 * @param guard ends it if we are killed
 * @returns why it ended
 */
export async function watchOnce(
  pods: KubernetesPods,
  signal: AbortSignal,
  guard: Guard,
  { onPod, onUnknown }: PodListener,
): Promise<KubectlFault> {
  let told: string | null = null;
  const onLine = (text: string): void => {
    const said = readWatchLine(text, Date.now());
    if (said.kind === 'pod') onPod(said.line);
    else if (said.kind === 'unknown') onUnknown();
    else if (said.kind === 'error') told = said.message;
  };
  const args = [...getPodsArguments(pods), '--watch', '--output-watch-events'];
  const kubectl = startKubectl(args, linesTo(onLine, onUnknown));
  if (kubectl.pid !== undefined) guard.started(kubectl.pid);
  const end = await stoppable(kubectl, signal, () => kubectl.stop());
  if (kubectl.pid !== undefined) guard.ended(kubectl.pid);
  if (told !== null) return { message: `the server ended the watch: ${told}`, final: false };
  // Servers end every watch after a while, and kubectl then ends well.
  return end.exitCode === 0 ? { message: 'the server ended the watch', final: false } : faultOf(end);
}

/** Its end, which `stop` brings about where the signal comes first. */
async function stoppable({ ended }: RunningKubectl, signal: AbortSignal, stop: () => void): Promise<KubectlEnd> {
  if (signal.aborted) stop();
  signal.addEventListener('abort', stop, { once: true });
  return ended.finally(() => signal.removeEventListener('abort', stop));
}

/** Whole lines of what comes piece by piece; of one that does not end nothing is kept. What follows the last end was cut off. */
function linesTo(onLine: (line: string) => void, onTooLong: () => void): (text: string) => void {
  let open = '';
  let tooLong = false;
  return (text) => {
    const [first = '', ...rest] = text.split('\n');
    if (rest.length === 0) {
      open = tooLong ? '' : open + first;
      if (open.length <= LONGEST_LINE) return;
      open = '';
      tooLong = true;
      return;
    }
    if (tooLong) onTooLong();
    else onLine(open + first);
    tooLong = false;
    open = rest.pop()!;
    for (const line of rest) onLine(line);
  };
}

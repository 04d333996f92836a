import { plainText } from '../../common/plain-text.js';
import type { KubectlEnd } from './kubectl.js';

/** Why `kubectl` did not do what was asked, in a line that can be shown. */
export interface KubectlFault {
  message: string;
  /** to try again is of no use */
  final: boolean;
}

/**
 * What kubectl says itself, and nothing of what it may quote: of a kubeconfig that it cannot read it repeats pieces, and a
 * helper that fetches credentials writes to the same stderr.
 */
const SAYINGS = [
  /^Error from server \([A-Za-z ]+\): .*$/m,
  /^error: You must be logged in to the server.*$/m,
  /^The connection to the server \S+ was refused.*$/m,
  /^Unable to connect to the server: (?!.*getting credentials).*$/m,
  /^Error in configuration: context was not found for specified context: .*$/m,
  /^error: context ".*" does not exist$/m,
  /^error: (?:stat|open) .*: no such file or directory$/m,
];
const FINAL = /^Error from server \((?:Forbidden|Unauthorized)\)|must be logged in/;
const ADVICE = 'run `kubectl get pods` by hand to see why';
const LONGEST = 300;

export function faultOf({ exitCode, startError, stderr }: KubectlEnd): KubectlFault {
  if (startError === 'ENOENT') {
    return { message: 'kubectl is not on PATH: install it, or take perf_monitoring.kubernetes out', final: true };
  }
  if (startError !== null) return { message: `kubectl could not be started (${startError})`, final: true };
  const said = sayingIn(stderr);
  if (said !== null) return { message: said, final: FINAL.test(said) };
  const how = exitCode === null ? 'was ended by a signal' : `ended with exit code ${exitCode}`;
  return { message: `kubectl ${how}; ${ADVICE}`, final: false };
}

function sayingIn(stderr: string): string | null {
  for (const saying of SAYINGS) {
    const line = saying.exec(stderr)?.[0];
    if (line !== undefined) return plainText(withoutUrls(line), LONGEST);
  }
  return null;
}

/** Of an address only the host: what else stands in it may be a key. */
function withoutUrls(line: string): string {
  return line.replaceAll(/\b(https?:\/\/)(?:[^\s"/@]*@)?([^\s"/?#]*)[^\s"]*/g, '$1$2');
}

import { plainText } from '../../common/plain-text.js';
import type { RemoteHost } from '../../workload/model.js';
import { type Advised, changedKey, unknownKey } from './key-advice.js';
import { destinationText } from './ssh-command.js';
import type { ResolvedHost } from './ssh-resolved.js';

/** What OpenSSH or the shell of the host says, and what that means; the first that fits. */
const FAULTS: [RegExp, (host: Advised) => string][] = [
  [/REMOTE HOST IDENTIFICATION HAS CHANGED|host key for .* has changed/i, changedKey],
  [/Host key verification failed|No .* host key is known/i, unknownKey],
  [
    /Permission denied|Too many authentication failures/i,
    ({ at }) =>
      `it accepts none of our keys: put a public key into its ~/.ssh/authorized_keys (\`ssh-copy-id ${at}\`); nobody is asked for a password or passphrase here, so keys with one belong into ssh-agent`,
  ],
  [/Connection refused/i, () => 'nothing listens there: start its SSH server, or set "port"'],
  [
    /Could not resolve hostname/i,
    () => 'its name cannot be resolved: correct "ssh", or name it in ~/.ssh/config or /etc/hosts',
  ],
  [
    /timed out during banner exchange/i,
    () =>
      'it takes connections there and says nothing, as no SSH server does: does "port" lead to one, and is it overloaded or behind a proxy?',
  ],
  [
    /kex_exchange_identification: .*(?:closed|reset)/i,
    () =>
      'it takes connections there and ends them before it says who it is: does "port" lead to an SSH server, and does it let us in (its MaxStartups, /etc/hosts.deny)?',
  ],
  [/timed out|Timeout/i, () => 'it did not answer in time: is it up, and does a firewall let us through?'],
  [/No route to host|Network is unreachable/i, () => 'no network leads there'],
  [
    /\bbash: (?:not found|No such file|inaccessible|unknown command)|Unknown command: bash|command not found: bash|bash: command not found/i,
    () => 'there is no bash on it: install it (with coreutils)',
  ],
  [/Bad configuration option|Can't open user config|line \d+: /i, () => 'the configuration of ssh cannot be read'],
];

/** Whether ssh complains about a host key: then what to do depends on where the name leads. */
export function isKeyFault(stderr: string): boolean {
  return FAULTS.slice(0, 2).some(([pattern]) => pattern.test(stderr));
}

/** What ssh's stderr means for whoever wants to reach the host, with its own last words; null where nothing known stands there. */
export function sshMeaning(
  stderr: string,
  remote: Pick<RemoteHost, 'ssh' | 'port'>,
  resolved: ResolvedHost | null,
): string | null {
  const meaning = FAULTS.find(([pattern]) => pattern.test(stderr))?.[1]({
    at: destinationText(remote),
    resolved,
    stderr,
  });
  return meaning === undefined ? null : `${meaning} (${sshSaid(stderr)})`;
}

/** What to try where ssh itself has not given up when our time was over. */
export function notInTime(remote: Pick<RemoteHost, 'ssh' | 'port'>, limitMs: number): string {
  return `it did not answer within ${limitMs / 1_000} s: see how far \`ssh -o BatchMode=yes ${destinationText(remote)} true\` comes, and how long it takes`;
}

/** ssh's own last words. */
export function sshSaid(stderr: string): string {
  const said = lastWords(stderr);
  return said === null ? 'ssh ended without a word' : `ssh: ${said.replace(/^ssh: /, '')}`;
}

const WIDTH = 200;

/** The last line with something in it, fit for a terminal; null where there is none. */
function lastWords(stderr: string): string | null {
  const line = stderr
    .split(/[\r\n]+/)
    .findLast((text) => text.trim() !== '')
    ?.trim();
  return line === undefined ? null : plainText(line, WIDTH);
}

import { expect, test } from 'vitest';
import type { ResolvedHost } from '../../../monitoring/remote/ssh-resolved.js';
import { sshMeaning, sshSaid } from '../../../monitoring/remote/ssh-fault.js';

const HOST = { ssh: 'ubuntu@10.0.0.7', port: null };
const RESOLVED: ResolvedHost = {
  hostName: '10.0.0.7',
  port: 22,
  alias: null,
  knownHosts: '~/.ssh/known_hosts',
  isIndirect: false,
};

// What OpenSSH 9.2 and shells print; the ones that run here are also provoked in unreachable.test.ts.
test.each([
  [
    'Host key verification failed.',
    /not known here.*`ssh -o \S+ ubuntu@10\.0\.0\.7`.*`ssh-keyscan 10\.0\.0\.7 >>~\/\.ssh\/known_hosts` once.*`ssh-keyscan 10\.0\.0\.7 \| ssh-keygen -lf -` shows/,
  ],
  [
    '@ WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED! @\nHost key verification failed.',
    /`ssh-keygen -f ~\/\.ssh\/known_hosts -R 10\.0\.0\.7`/,
  ],
  ['ubuntu@10.0.0.7: Permission denied (publickey,password).', /none of our keys.*`ssh-copy-id ubuntu@10\.0\.0\.7`/],
  ['Received disconnect from 10.0.0.7 port 22:2: Too many authentication failures', /none of our keys/],
  ['ssh: connect to host 10.0.0.7 port 22: Connection refused', /nothing listens there/],
  ['ssh: Could not resolve hostname x: Name or service not known', /cannot be resolved/],
  ['ssh: connect to host 10.0.0.7 port 22: Connection timed out', /did not answer in time/],
  [
    'Connection timed out during banner exchange\nConnection to 10.0.0.7 port 22 timed out',
    /takes connections there and says nothing/,
  ],
  [
    'kex_exchange_identification: read: Connection reset by peer\nConnection reset by 10.0.0.7 port 22',
    /takes connections there and ends them/,
  ],
  ['ssh: connect to host 10.0.0.7 port 22: No route to host', /no network leads there/],
  ['sh: 1: exec: bash: not found', /no bash/],
  ['zsh:1: command not found: bash', /no bash/],
  ['-ash: exec: line 1: bash: not found', /no bash/],
  ['exec: fish: Unknown command: bash', /no bash/],
  ['/x/config: line 3: Bad configuration option: foo', /configuration of ssh/],
])('%j is put in words', (stderr, words) => {
  const text = sshMeaning(stderr, HOST, RESOLVED)!;
  expect(text).toMatch(words);
  expect(
    text.endsWith(
      `(ssh: ${stderr
        .split('\n')
        .at(-1)!
        .replace(/^ssh: /, '')})`,
    ),
  ).toBe(true);
  expect(text).not.toContain('\n');
});

test('what ssh says that nobody knows is told as it is: its last line, fit for a terminal, cut', () => {
  expect(sshMeaning('something new', HOST, null)).toBeNull();
  expect(sshSaid('a banner\r\nsomething \u001b[31mnew\r\n\r\n')).toBe(String.raw`ssh: something \u001b[31mnew`);
  expect(sshSaid('x'.repeat(10_000))).toHaveLength('ssh: '.length + 200);
  expect(sshSaid(' \n')).toBe('ssh ended without a word');
});

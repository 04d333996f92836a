import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test as anyTest } from 'vitest';
import { emptyFolder } from '../../support/programs.js';
import { eventually, type SshHost, sshHost, SSHD, sshUser } from '../../support/ssh-hosts.js';
import { remote, samplerStandIn, script, watching, type Watching } from './watching.js';

const test = anyTest.skipIf(SSHD === undefined);
const base64 = (text: string): string => Buffer.from(text).toString('base64');

/**
 * A host that behaves until its files are asked for: then, or wherever `lies` say so, it answers by those.
 * Each is the bash of one command of the agent's protocol.
 */
async function lyingHost(lies: Record<string, string>): Promise<SshHost> {
  const user = sshUser();
  const answers: Record<string, string> = {
    clock: 'echo "clock ${EPOCHREALTIME//./}"',
    put: 'echo done',
    script: 'echo started',
    'script\\?': 'echo ended 0',
    'end-script': 'echo ended 0',
    sampler: 'echo samples follow',
    'end-sampler': 'echo samples over',
    files: 'echo files over 0',
    bye: 'exit',
    ...lies,
  };
  const path = join(emptyFolder(), 'liar.sh');
  const cases = Object.entries(answers).map(([command, text]) => `${command}) ${text} ;;`);
  writeFileSync(
    path,
    `echo faaslab-agent 1\nwhile read -r command rest; do case $command in\n${cases.join('\n')}\nesac; done\n`,
  );
  const host = await sshHost({ user, config: [`ForceCommand bash ${path}`] });
  user.knows(host);
  return host;
}

async function visited(host: SshHost, given: Parameters<typeof watching>[1] = {}): Promise<Watching> {
  const samplerPath = samplerStandIn();
  const started = await watching(remote(host, { runtimeScript: script(''), samplerIntervalMs: 100 }), {
    samplerPath,
    ...given,
  });
  expect(started.outcomes()).toEqual([]);
  writeFileSync(join(started.directory, 'manifest.json'), 'the manifest');
  await started.watch.begin();
  await started.watch.end(0);
  // Whatever it did: nothing but its own folder was touched.
  expect(readdirSync(started.directory).toSorted()).toEqual(['manifest.json', 'monitors']);
  expect(readFileSync(join(started.directory, 'manifest.json'), 'utf8')).toBe('the manifest');
  expect(readdirSync(join(started.directory, 'monitors'))).toEqual(['node-1']);
  return started;
}

function filesOf({ directory }: Watching): string[] {
  return readdirSync(join(directory, 'monitors', 'node-1')).filter((name) => name !== 'sampler.ndjson');
}

test('a host that behaves is the measure of the liars below', async () => {
  const host = await lyingHost({
    files: `echo file ${base64('a.out')} 3; echo ${base64('abc')}; echo .; echo files over 0`,
    sampler: `echo samples follow; echo '{"a":1}'`,
  });
  const started = await visited(host);
  expect(started.outcomes().map(({ status }) => status)).toEqual(['ok', 'ok', 'ok']);
  expect(started.text('a.out')).toBe('abc');
});

test.each(['../../manifest.json', '/tmp/faaslab-hostile.out', '..\\x', 'a/b', '%2e%2e%2fx', 'nul\0x'])(
  'a file that calls itself %j lands in the folder of the host',
  async (name) => {
    const started = await visited(
      await lyingHost({ files: `echo file ${base64(name)} 3; echo ${base64('abc')}; echo .; echo files over 0` }),
    );
    expect(filesOf(started)).toHaveLength(1);
    expect(started.text(filesOf(started)[0]!)).toBe('abc');
    expect(existsSync('/tmp/faaslab-hostile.out')).toBe(false);
  },
);

test.each([
  ['a folder for a file', `echo file ${base64('..')} 3; echo ${base64('abc')}; echo .`, /without a proper name/],
  ['more bytes than it said', `echo file ${base64('a')} 2; echo ${base64('abc')}; echo .`, /more than it said/],
  ['no end of bytes', `echo file ${base64('a')} 9; while :; do echo ${base64('abc')}; done`, /more than it said/],
  [
    'a file that is larger than asked for',
    `echo file ${base64('a')} 999999999999; yes YWJj`,
    /more than was asked for/,
  ],
  ['no base64', `echo file ${base64('a')} 3; echo 'a!!='; echo .`, /what was not asked for/],
  ['a line without an end', `echo file ${base64('a')} 3; tr '\\0' x </dev/zero`, /a line without an end/],
  ['names without an end', `while :; do echo left ${base64('a')} 1; done`, /names files without an end/],
  [
    'a name longer than any',
    `echo file ${'QUJD'.repeat(86)} 3; echo ${base64('abc')}; echo .`,
    /what was not asked for/,
  ],
  ['samples instead of files', `while :; do echo '{}'; done`, /what was not asked for/],
])('a host that sends %s loses its files and nothing else', async (_, files, told) => {
  const started = await visited(await lyingHost({ files }));
  expect(filesOf(started)).toEqual([]);
  const [host, runtime, sampler] = started.outcomes();
  expect(host).toMatchObject({ status: 'lost', message: expect.stringMatching(told) as string });
  expect(host!.message).toMatch(/none of its files are here$/);
  expect(runtime).toMatchObject({ status: 'ok' });
  expect(sampler).toMatchObject({ status: 'failed', message: expect.stringMatching(/^it gave no sample/) as string });
});

test('a host that never sends the file it began ends with its limit, and what came whole before is kept', async () => {
  const whole = `echo file ${base64('a.out')} 3; echo ${base64('abc')}; echo .`;
  const host = await lyingHost({ files: `${whole}; echo file ${base64('b.out')} 3` });
  const started = await visited(host, { limits: { homeMs: 500 } });
  expect(filesOf(started)).toEqual(['a.out']);
  expect(started.outcomes()[0]!.message).toMatch(
    /: its files were not all here within 0\.5 s; of its files only a\.out came home$/,
  );
});

test.each(['script\\?', 'end-sampler', 'end-script'])(
  'a host that answers nothing to %s ends with its limit',
  async (command) => {
    const started = await visited(await lyingHost({ [command]: ':' }), { limits: { answerMs: 300 } });
    expect(started.outcomes()[0]).toMatchObject({
      status: 'lost',
      message: expect.stringMatching(/it said nothing for 0\.3 s/) as string,
    });
  },
);

test('a host whose monitors do not begin in time is given up before the run', async () => {
  const started = await visited(await lyingHost({ script: ':' }), { limits: { beginMs: 300 } });
  expect(started.outcomes().map(({ role, status, start_ms: at }) => [role, status, at === null])).toEqual([
    ['host', 'lost', false],
    ['runtime_script', 'lost', true],
    ['sampler', 'lost', true],
  ]);
});

test('an interruption does not wait for a host that holds its files back', async () => {
  const asked = join(emptyFolder(), 'asked');
  const host = await lyingHost({ files: `echo >${asked}` });
  const started = await watching(remote(host, { runtimeScript: script('') }), { limits: { homeWhenStoppedMs: 100 } });
  await started.watch.begin();
  const ending = started.watch.end(0);
  await eventually(() => existsSync(asked)).toBe(true);
  started.stop.abort();
  await ending;
  expect(started.outcomes()[0]!.message).toMatch(/the run was interrupted before all of its files were here/);
});

test('a second interruption does not wait at all', async () => {
  const asked = join(emptyFolder(), 'asked');
  const started = await watching(remote(await lyingHost({ files: `echo >${asked}` }), { runtimeScript: script('') }));
  await started.watch.begin();
  const ending = started.watch.end(0);
  await eventually(() => existsSync(asked)).toBe(true);
  started.stop.abort();
  started.stopNow.abort();
  await ending;
  expect(started.outcomes()[0]!.message).toMatch(/the run was interrupted before all of its files were here/);
});

test('what stands between samples is dropped, and so is a sample that was cut', async () => {
  const lines = ['{"n":1}', 'Broadcast message from root: lunch', '', '{"n":2', '{"n":3}', 'clock 1', '.'];
  const host = await lyingHost({
    sampler: `printf '%s\\n' 'samples follow' ${lines.map((line) => `'${line}'`).join(' ')}`,
  });
  const started = await visited(host);
  expect(started.text('sampler.ndjson')).toBe('{"n":1}\n{"n":3}\n');
});

test('a head without a sample behind it is no sample', async () => {
  const started = await visited(await lyingHost({ sampler: `echo samples follow; echo '{"faaslab_sampler":1}'` }));
  expect(started.outcomes()[2]).toMatchObject({
    status: 'failed',
    message: expect.stringMatching(/^it gave no sample/) as string,
  });
});

test('samples without an end fill no disk', async () => {
  const host = await lyingHost({
    sampler: `echo samples follow; printf -v long '{"%0100000d":1}' 0; for ((n = 0; n < 500; n++)); do echo "$long"; done; touch $TMPDIR/sent`,
  });
  const started = await watching(remote(host, { samplerIntervalMs: 100 }), { samplerPath: samplerStandIn() });
  await started.watch.begin();
  await eventually(() => existsSync(join(host.temporary, 'sent'))).toBe(true);
  await started.watch.end(0);
  // A run of 1 s at 100 ms: 10 samples and 256 more may have 128 KiB each, 33 MiB, together; it sent 50 MB.
  expect(Buffer.byteLength(started.text('sampler.ndjson'))).toBeLessThanOrEqual(266 * 131_072);
  expect(started.outcomes()[1]).toMatchObject({
    status: 'failed',
    message: expect.stringMatching(/^it sent more than 33 MiB of samples, and the rest was dropped/) as string,
  });
});

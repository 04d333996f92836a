import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { ConfigError } from '../../common/errors.js';
import { findOpenWhiskAccess } from '../../platforms/openwhisk/credentials.js';

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'faaslab-home-'));
  vi.stubEnv('HOME', home);
  for (const name of ['WHISK_APIHOST', 'WHISK_AUTH', 'WHISK_NAMESPACE', 'WSK_CONFIG_FILE']) vi.stubEnv(name, undefined);
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(home, { recursive: true });
});

const KEY = '23bc46b1-71f6:123zO3xZ';

test('the environment names host, key and namespace', async () => {
  vi.stubEnv('WHISK_APIHOST', 'http://10.0.0.1:3233/');
  vi.stubEnv('WHISK_AUTH', KEY);
  vi.stubEnv('WHISK_NAMESPACE', 'guest');
  expect(await findOpenWhiskAccess({})).toEqual({ apiHost: 'http://10.0.0.1:3233', auth: KEY, namespace: 'guest' });
});

test('without the environment .wskprops is read as wsk reads it', async () => {
  const lines = ['# comment', 'APIHOST=openwhisk.example.org', `AUTH=${KEY}`, 'APIVERSION=v1', 'A=B=C', 'nothing'];
  writeFileSync(join(home, '.wskprops'), lines.join('\n'));
  expect(await findOpenWhiskAccess({})).toEqual({
    apiHost: 'https://openwhisk.example.org',
    auth: KEY,
    namespace: '_',
  });
});

test('WSK_CONFIG_FILE names another file, and each variable comes before its line', async () => {
  const file = join(home, 'other');
  writeFileSync(file, `APIHOST=a.example\nAUTH=${KEY}\nNAMESPACE=fromfile\n`);
  vi.stubEnv('WSK_CONFIG_FILE', file);
  vi.stubEnv('WHISK_APIHOST', 'b.example:444');
  expect(await findOpenWhiskAccess({})).toEqual({
    apiHost: 'https://b.example:444',
    auth: KEY,
    namespace: 'fromfile',
  });
});

test('what the config says of host and namespace comes before all', async () => {
  vi.stubEnv('WHISK_APIHOST', 'http://a.example');
  vi.stubEnv('WHISK_AUTH', KEY);
  const access = await findOpenWhiskAccess({ apiHost: 'http://b.example', namespace: 'team' });
  expect(access).toEqual({ apiHost: 'http://b.example', auth: KEY, namespace: 'team' });
});

test('what is missing is named, with what to set', async () => {
  await expect(findOpenWhiskAccess({})).rejects.toThrow(/^no OpenWhisk host: set WHISK_APIHOST/);
  vi.stubEnv('WHISK_APIHOST', 'http://a.example');
  const noKey = findOpenWhiskAccess({});
  await expect(noKey).rejects.toThrow(/^no key for OpenWhisk at http:\/\/a\.example: set WHISK_AUTH=uuid:key/);
  await expect(noKey).rejects.toBeInstanceOf(ConfigError);
});

test('a malformed key and a host with a key in it are refused, and neither is shown', async () => {
  vi.stubEnv('WHISK_APIHOST', 'http://a.example');
  vi.stubEnv('WHISK_AUTH', 'verysecret');
  const malformed = await findOpenWhiskAccess({}).catch((error: Error) => error.message);
  expect(malformed).toMatch(/must have the form uuid:key/);
  expect(malformed).not.toContain('verysecret');
  vi.stubEnv('WHISK_AUTH', KEY);
  vi.stubEnv('WHISK_APIHOST', 'http://user:verysecret@a.example');
  const withUser = await findOpenWhiskAccess({}).catch((error: Error) => error.message);
  expect(withUser).toMatch(/must not hold a user or a key/);
  expect(withUser).not.toContain('verysecret');
});

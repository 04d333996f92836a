import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:https';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openWhiskClient } from '../../deployer/targets/openwhisk.js';
import { listening } from '../support/http-servers.js';
import { emptyFolder } from '../support/programs.js';

test('a certificate that cannot be verified is refused with the word -i, and accepted with it', async () => {
  const folder = emptyFolder();
  const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
  const made = ['-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '1', '-subj', '/CN=localhost'];
  execFileSync('openssl', ['req', ...made, '-keyout', key, '-out', cert], { stdio: 'ignore' });
  let asked = 0;
  const server = createServer({ key: readFileSync(key), cert: readFileSync(cert) }, (_, response) => {
    asked += 1;
    response.end('[{"name":"hello","annotations":[]}]');
  });
  const access = { apiHost: await listening(server, 'https'), auth: 'a:b', namespace: '_' };

  const wary = openWhiskClient({ kind: 'openwhisk', access });
  await expect(wary.actions()).rejects.toThrow(
    /^OpenWhisk at .*: its certificate cannot be verified .*; allow it with -i$/,
  );
  expect(asked).toBe(0);
  const trusting = openWhiskClient({ kind: 'openwhisk', access, insecure: true });
  expect(await trusting.actions()).toEqual([{ name: 'hello', annotations: [] }]);
  await Promise.all([wary.close(), trusting.close()]);
});

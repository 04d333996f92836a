import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { compiledModule } from '../../common/package-root.js';
import type { Endpoints } from '../../embedded/server.js';
import { ask, basic, source } from './platform-fixture.js';

test('when its records cannot be written any more the platform ends with one line', async () => {
  const state = mkdtempSync(join(tmpdir(), 'faaslab-test-'));
  // No file may grow beyond 4 blocks of 512 bytes: the fifth record of 500 bytes does not fit.
  const main = fileURLToPath(compiledModule('embedded/main.js'));
  const child = spawn('/bin/sh', [
    '-c',
    'ulimit -f 4 && exec "$@"',
    'sh',
    process.execPath,
    main,
    '--json',
    '--state',
    state,
  ]);
  let stderr = '';
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  const closed = once(child, 'close');
  const [line] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];
  const { openwhisk } = JSON.parse(line) as Endpoints;
  const url = `${openwhisk.api_host}/api/v1/namespaces/_/actions/hello`;
  await ask('PUT', url, source('nodejs:default', 'function main() { return {}; }'), basic(openwhisk.auth));
  await Promise.all(Array.from({ length: 8 }, () => ask('POST', url, {}, basic(openwhisk.auth))));
  const [code] = (await closed) as [number];
  expect(code).toBe(1);
  expect(stderr).toMatch(/^faaslab platform: .*: activations cannot be recorded: EFBIG[^\n]*\n$/);
  expect(stderr).toContain(state);
  rmSync(state, { recursive: true });
});

import { delimiter } from 'node:path';
import { describe, expect, test } from 'vitest';
import { emptyFolder, platformForTest, runProgram } from '../support/programs.js';
import { realWskFolder } from './real-wsk.js';

const wskFolder = realWskFolder();

describe.skipIf(wskFolder === undefined)('faaslab validate --deployment --to wsk', () => {
  test('passes every step by the real wsk on a platform that works, and keeps nothing of the probe', async () => {
    const cwd = emptyFolder();
    const PATH = [wskFolder, process.env['PATH']].join(delimiter);
    const env = { ...(await platformForTest(cwd)), PATH };
    const { status, stdout, stderr } = runProgram('faaslab', ['validate', '--deployment', '--to', 'wsk'], { cwd, env });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    const steps = ['create', 'list', 'invoke', 'result', 'record', 'delete'];
    const nodejs = stdout.match(/^PASS nodejs: \w+/gm);
    expect(nodejs).toEqual(steps.map((step) => `PASS nodejs: ${step}`));
    expect(stdout).toMatch(/\d+ passed, 0 failed\n$/);
    const wrongKey = runProgram('faaslab', ['validate', '--deployment', '--to', 'wsk'], {
      cwd,
      env: { ...env, WHISK_AUTH: 'nobody:verysecret' },
    });
    expect(wrongKey.status).toBe(1);
    // 401 − 256 as a byte is 145.
    expect(wrongKey.stdout).toMatch(
      /^FAIL nodejs: create: wsk action update faaslab-probe-\S+: exit code 145: error: /m,
    );
    expect(wrongKey.stdout + wrongKey.stderr).not.toContain('verysecret');
  });
});

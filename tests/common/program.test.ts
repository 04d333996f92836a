import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { compiledModule } from '../../common/package-root.js';

/** Runs `body` as the main function of a program in a process of its own. */
function programOf(body: string, ...flags: string[]): { status: number | null; stdout: string; stderr: string } {
  const source = `
    import { runProgram } from ${JSON.stringify(compiledModule('common/program.js').href)};
    import { ConfigError } from ${JSON.stringify(compiledModule('common/errors.js').href)};
    await runProgram('Program', async (args) => { ${body} });`;
  return spawnSync(process.execPath, ['--input-type=module', '-e', source, '--', 'program', ...flags], {
    encoding: 'utf8',
  });
}

test('the exit code is what main returns', () => {
  expect(programOf('return 3;').status).toBe(3);
});

test('an error for users is one line and its own exit code', () => {
  const { status, stderr } = programOf('throw new ConfigError(\'a.json: rate: must be a number, got "fast"\');');
  expect(status).toBe(2);
  expect(stderr).toBe('Program: a.json: rate: must be a number, got "fast"\n');
});

test('a defect says so in one line, and shows its stack only when asked', () => {
  const quiet = programOf('null.x;');
  expect(quiet.status).toBe(1);
  expect(quiet.stderr).toMatch(/^Program: this should not have happened: .*\n$/);
  expect(programOf('null.x;', '--verbose').stderr).toMatch(/\n\s+at /);
});

test('a reader that closes our output early is no error', () => {
  const source = `
    import { runProgram } from ${JSON.stringify(compiledModule('common/program.js').href)};
    await runProgram('P', async () => { for (let i = 0; i < 1e5; i += 1) process.stdout.write(i + '\\n'); return 4; });`;
  // sh knows no pipefail, so the program's own exit code goes to stderr.
  const script = '("$0" --input-type=module -e "$1"; echo "exit $?" >&2) | head -n 1';
  const { stdout, stderr } = spawnSync('sh', ['-c', script, process.execPath, source], { encoding: 'utf8' });
  expect(stdout).toBe('0\n');
  // What main found out is not forgotten over it: a threshold that failed stays one behind `| head`.
  expect(stderr).toBe('exit 4\n');
});

test('what the system refuses is said in words, with the path', () => {
  const full = "throw Object.assign(new Error('write'), { code: 'ENOSPC', path: '/out/a.json.12-0123abcd.part' });";
  expect(programOf(full)).toMatchObject({
    status: 1,
    stderr: 'Program: /out/a.json: the disk is full; make room, or choose another place\n',
  });
});

test('a full disk is said in words where only the database tells it', () => {
  const full = "throw new Error('IO Error: Could not write file \\'a\\': No space left on device');";
  expect(programOf(full).stderr).toBe('Program: the disk is full; make room, or choose another place\n');
});

test('an output that cannot be written is an error', () => {
  const source = `
    import { runProgram } from ${JSON.stringify(compiledModule('common/program.js').href)};
    await runProgram('Program', async () => { process.stdout.write('x'.repeat(1e6)); return 0; });`;
  const script = '"$0" --input-type=module -e "$1" >/dev/full';
  const { status, stderr } = spawnSync('sh', ['-c', script, process.execPath, source], { encoding: 'utf8' });
  expect({ status, stderr }).toEqual({
    status: 1,
    stderr: 'Program: stdout cannot be written: the disk is full; make room, or choose another place\n',
  });
});

test('a reader of our messages that goes (Ctrl-C ends `2>&1 | tee` too) ends nothing', () => {
  const source = `
    import { runProgram } from ${JSON.stringify(compiledModule('common/program.js').href)};
    await runProgram('P', async () => {
      for (let i = 0; i < 1e5; i += 1) process.stderr.write(i + '\\n');
      await new Promise((later) => setImmediate(later));
      return 3;
    });`;
  const script = '("$0" --input-type=module -e "$1" 2>&1; echo "exit $?" >"$2") | head -n 1';
  const file = join(mkdtempSync(join(tmpdir(), 'faaslab-program-')), 'status');
  spawnSync('sh', ['-c', script, process.execPath, source, file], { encoding: 'utf8' });
  expect(readFileSync(file, 'utf8')).toBe('exit 3\n');
});

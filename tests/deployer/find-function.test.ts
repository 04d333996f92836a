import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { packageRoot } from '../../common/package-root.js';
import { findFunctionFolder } from '../../deployer/find-function.js';
import { emptyFolder } from '../support/programs.js';
import { writeNamedFunction } from './function-folder.js';

test('a function is looked for beside the config, then under the working directory, then in the package', () => {
  const [beside, cwd] = [emptyFolder(), emptyFolder()];
  const where = { configPath: join(beside, 'a.json'), cwd };
  expect(findFunctionFolder('hello', where)).toBe(join(packageRoot, 'functions', 'hello'));
  const inCwd = writeNamedFunction(cwd, 'hello');
  expect(findFunctionFolder('hello', where)).toBe(inCwd);
  const inBeside = writeNamedFunction(beside, 'hello');
  expect(findFunctionFolder('hello', where)).toBe(inBeside);
  expect(findFunctionFolder('hello', { cwd })).toBe(inCwd);
});

test('package and namespace of an application are no part of the folder', () => {
  const where = { cwd: emptyFolder() };
  const hello = join(packageRoot, 'functions', 'hello');
  expect(findFunctionFolder('tools/hello', where)).toBe(hello);
  expect(findFunctionFolder('/guest/tools/hello', where)).toBe(hello);
});

test('an unknown function names every place looked at; a folder without a manifest is no function', () => {
  const [beside, cwd] = [emptyFolder(), emptyFolder()];
  mkdirSync(join(cwd, 'functions', 'helo'), { recursive: true });
  const places = [beside, cwd, packageRoot].map((root) => join(root, 'functions', 'helo')).join(', ');
  expect(() => findFunctionFolder('helo', { configPath: join(beside, 'a.json'), cwd })).toThrow(
    `unknown function "helo": looked for manifest.json in ${places}`,
  );
});

test.each(['..', '.', '', '../hello/..', '.hidden', '/'])('the name %j leaves functions/ nowhere', (application) => {
  const cwd = join(emptyFolder(), 'functions', 'inner');
  mkdirSync(cwd, { recursive: true });
  expect(() => findFunctionFolder(application, { cwd })).toThrow(/^unknown function .*no folder has such a name$/);
});

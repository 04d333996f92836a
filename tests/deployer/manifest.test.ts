import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { readManifest } from '../../deployer/manifest.js';
import { packageRoot } from '../../common/package-root.js';
import { everyManifest } from '../functions/call-function.js';
import { emptyFolder } from '../support/programs.js';
import { GOOD_MANIFEST, writeFunction } from './function-folder.js';

test('every function of the package has a manifest that can be deployed', async () => {
  const names = await Promise.all(
    everyManifest().map(async ({ folder }) => (await readManifest(join(packageRoot, 'functions', folder))).name),
  );
  expect(names).toEqual(everyManifest().map(({ folder }) => folder));
  expect(names).toEqual(expect.arrayContaining(['cpu', 'echo', 'faas_measure', 'hello', 'sleep']));
});

test('a manifest is read with its runtimes in the order of the file and the code as a real path', async () => {
  const folder = writeFunction(emptyFolder());
  const { runtimes, ...rest } = await readManifest(folder);
  expect(rest).toEqual({ name: 'twice', memoryMb: 128, timeoutMs: 5000, webExport: false });
  expect([...runtimes]).toEqual([['node', { path: join(folder, 'twice.js'), main: 'main', handler: 'twice.handler' }]]);
});

const node = GOOD_MANIFEST.runtimes.node;
test.each([
  [{ name: '../up' }, 'name: must be a name of 1 to 64 letters, digits, - and _, got "../up"'],
  [{ name: undefined }, 'name: must be a name of 1 to 64 letters, digits, - and _, got nothing'],
  [{ runtimes: {} }, 'runtimes: must be an object with node or python, got an object'],
  [{ runtimes: { ruby: node } }, 'runtimes.ruby: unknown runtime (node, python)'],
  [{ runtimes: { node: 'twice.js' } }, 'runtimes.node: must be an object with file, main and handler, got "twice.js"'],
  [
    { runtimes: { node: { ...node, file: 7 } } },
    'runtimes.node.file: must be the name of a file beside the manifest, got 7',
  ],
  [{ runtimes: { node: { ...node, main: 'a b' } } }, 'runtimes.node.main: must be the name of a function, got "a b"'],
  [{ runtimes: { node: { ...node, handler: 'x' } } }, 'runtimes.node.handler: must be file.function, got "x"'],
  [{ runtimes: { node: { ...node, file: 'no.js' } } }, 'runtimes.node.file: "no.js" was not found beside the manifest'],
  [{ runtimes: { node: { ...node, file: 'sub' } } }, 'runtimes.node.file: "sub" is no file'],
  [{ memory_mb: '128' }, 'memory_mb: must be a whole number of megabytes, 1 or more, got "128"'],
  [{ timeout_ms: 0 }, 'timeout_ms: must be a whole number of milliseconds, 1 or more, got 0'],
  [{ web_export: 'yes' }, 'web_export: must be true or false, got "yes"'],
])('a manifest with %j is refused and says what it must be', async (change, message) => {
  const folder = writeFunction(emptyFolder(), { ...GOOD_MANIFEST, ...change });
  mkdirSync(join(folder, 'sub'));
  const refused = readManifest(folder);
  await expect(refused).rejects.toMatchObject({ name: 'ConfigError', exitCode: 2 });
  await expect(refused).rejects.toThrow(`${join(folder, 'manifest.json')}: ${message}`);
});

test('a folder without a manifest, and one whose manifest is no JSON object, are told apart', async () => {
  await expect(readManifest(emptyFolder())).rejects.toThrow(/manifest\.json: not found; a function's folder holds/);
  await expect(readManifest(writeFunction(emptyFolder(), '{"name":'))).rejects.toThrow(/manifest\.json: is no JSON: /);
  await expect(readManifest(writeFunction(emptyFolder(), '[]'))).rejects.toThrow(/must hold a JSON object/);
});

test('a link beside the manifest reaches no file outside the folder', async () => {
  const outside = join(emptyFolder(), 'secret.js');
  writeFileSync(outside, 'secret');
  const folder = writeFunction(emptyFolder(), {
    ...GOOD_MANIFEST,
    runtimes: { node: { ...node, file: 'link.js' } },
  });
  symlinkSync(outside, join(folder, 'link.js'));
  await expect(readManifest(folder)).rejects.toThrow(/runtimes\.node\.file: "link\.js" lies outside/);
});

test('no path of a manifest names a file outside its folder', async () => {
  const folder = emptyFolder();
  writeFileSync(join(folder, 'outside.js'), 'secret');
  const inside = writeFunction(join(folder, 'twice'));
  const part = fc.constantFrom('..', '.', 'twice', 'twice.js', 'outside.js', '', inside);
  await fc.assert(
    fc.asyncProperty(fc.array(part, { minLength: 1, maxLength: 5 }), async (parts) => {
      const file = parts.join('/');
      writeFunction(inside, { ...GOOD_MANIFEST, runtimes: { node: { ...node, file } } });
      const path = await readManifest(inside).then(
        ({ runtimes }) => runtimes.get('node')!.path,
        (error: Error) => void expect(error.name).toBe('ConfigError'),
      );
      if (path !== undefined) expect(path).toBe(join(inside, 'twice.js'));
    }),
  );
});

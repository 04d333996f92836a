import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { openCodeStore } from '../../../embedded/execution/code.js';
import type { Runtime } from '../../../embedded/execution/runtimes.js';
import { UnzipError } from '../../../embedded/execution/unzip.js';
import type { PlatformFunction } from '../../../embedded/functions.js';
import { emptyFolder } from '../../support/programs.js';
import { zipOf } from '../zip.js';

const NODE: Runtime = { program: 'node', args: [], version: '20', sourceFile: 'index.js' };

function functionOf(key: string, code: PlatformFunction['code']): PlatformFunction {
  return { key, code } as PlatformFunction;
}
function zipped(files: Record<string, string>): PlatformFunction['code'] {
  const entries = Object.entries(files).map(([path, text]) => ({ path, content: Buffer.from(text) }));
  return { form: 'zip', base64: zipOf(entries).toString('base64') };
}

test('a source becomes a file of the name that its runtime loads, an archive a folder with all that it holds', () => {
  const store = openCodeStore(join(emptyFolder(), 'code'), () => false);
  const source = store.lay(functionOf('a', { form: 'source', text: 'let a;' }), NODE);
  expect(source.endsWith('/index.js')).toBe(true);
  expect(readFileSync(source, 'utf8')).toBe('let a;');
  const folder = store.lay(functionOf('b', zipped({ 'index.js': '1', 'lib/deep/x.js': '2' })), NODE);
  expect(readFileSync(join(folder, 'lib/deep/x.js'), 'utf8')).toBe('2');
  // Instances that are started later share what is there.
  expect(store.lay(functionOf('b', zipped({})), NODE)).toBe(folder);
  expect(existsSync(join(folder, 'index.js'))).toBe(true);
});

test('an archive that cannot be used leaves nothing that could be taken for its code', () => {
  const store = openCodeStore(join(emptyFolder(), 'code'), () => false);
  const broken = functionOf('a', { form: 'zip', base64: Buffer.from('no archive').toString('base64') });
  expect(() => store.lay(broken, NODE)).toThrow(UnzipError);
  expect(() => store.lay(broken, NODE)).toThrow(UnzipError);
});

test('the code of a changed function stays until its last instance is gone, and that of others stays', () => {
  const used = new Set(['a', 'b']);
  const store = openCodeStore(join(emptyFolder(), 'code'), (key) => used.has(key));
  const [a, b] = ['a', 'b'].map((key) => dirname(store.lay(functionOf(key, { form: 'source', text: key }), NODE)));
  store.retire('a');
  expect(existsSync(a!)).toBe(true);
  used.clear();
  store.released('a');
  store.released('b');
  expect([existsSync(a!), existsSync(b!)]).toEqual([false, true]);
  store.retire('b');
  expect(existsSync(b!)).toBe(false);
});

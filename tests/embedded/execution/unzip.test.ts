import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { unzip, UnzipError } from '../../../embedded/execution/unzip.js';
import { zipOf } from '../zip.js';
import { optionalTool } from '../../support/tools.js';

let folder: string;
beforeAll(() => void (folder = mkdtempSync(join(tmpdir(), 'faaslab-test-'))));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const python = optionalTool('python3');

test.skipIf(python === undefined)(
  'an archive that another program wrote is read, packed and stored entries alike',
  () => {
    mkdirSync(join(folder, 'in/lib'), { recursive: true });
    writeFileSync(join(folder, 'in/index.js'), 'x'.repeat(10_000));
    writeFileSync(join(folder, 'in/lib/é.js'), '1');
    const script = 'import shutil,sys; shutil.make_archive(sys.argv[1], "zip", sys.argv[2])';
    execFileSync(python!, ['-c', script, join(folder, 'made'), join(folder, 'in')]);
    const files = unzip(readFileSync(join(folder, 'made.zip')));
    expect(files.map(({ path, content }) => [path, content.length]).toSorted()).toEqual([
      ['index.js', 10_000],
      ['lib/é.js', 1],
    ]);
  },
);

test('what was packed comes out again, whatever it is', () => {
  const names = fc.stringMatching(/^[a-z]{1,8}(\/[a-z]{1,8}){0,2}$/);
  fc.assert(
    fc.property(fc.dictionary(names, fc.uint8Array({ maxLength: 300 })), fc.boolean(), (given, deflate) => {
      const files = Object.entries(given).map(([path, content]) => ({ path, content: Buffer.from(content) }));
      expect(unzip(zipOf(files, deflate))).toEqual(files);
    }),
  );
});

test('a file outside its folder, one too large, and what is no archive are refused', () => {
  const file = (path: string, content = 'x'): Buffer => zipOf([{ path, content: Buffer.from(content) }], true);
  expect(() => unzip(file('../../etc/passwd'))).toThrow('../../etc/passwd lies outside its folder');
  expect(() => unzip(file('/etc/passwd'))).toThrow(UnzipError);
  expect(() => unzip(file('a\\..\\..\\b'))).toThrow(UnzipError);
  expect(() => unzip(file('zeros', '\0'.repeat(100_000)), 50_000)).toThrow('too large when unpacked');
  expect(() => unzip(Buffer.from('exports.main = 1'))).toThrow('it is not a zip archive');
});

test('a damaged archive is refused, never followed outside its bytes', () => {
  const whole = zipOf([{ path: 'index.js', content: Buffer.from('exports.main = () => ({})') }], true);
  fc.assert(
    fc.property(fc.nat(whole.length - 1), fc.nat(255), fc.nat(whole.length), (at, value, length) => {
      const damaged = Buffer.from(whole);
      damaged[at] = value;
      try {
        unzip(damaged.subarray(0, length));
      } catch (error) {
        expect(error).toBeInstanceOf(UnzipError);
      }
    }),
    { numRuns: 2_000 },
  );
});

import { spawnSync } from 'node:child_process';
import { mkdtemp, readFile, readdir, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, test } from 'vitest';
import {
  besidePath,
  makeFolders,
  pathSafe,
  replaceAtomically,
  sha256OfFile,
  writeFileAtomic,
} from '../../common/files.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'faaslab-files-'));
});
afterEach(() => rm(folder, { recursive: true }));

test('a file is replaced as a whole and keeps the mode that was asked for', async () => {
  const path = join(folder, 'a.json');
  await writeFileAtomic(path, 'first');
  await writeFileAtomic(path, 'second', 0o600);
  expect(await readFile(path, 'utf8')).toBe('second');
  expect((await stat(path)).mode & 0o777).toBe(0o600);
  expect(await readdir(folder)).toEqual(['a.json']);
});

test('a write that fails in the middle leaves the earlier file and no part of the new one', async () => {
  const path = join(folder, 'a.json');
  await writeFileAtomic(path, 'earlier');
  const failing = replaceAtomically(path, async (beside) => {
    await writeFileAtomic(beside, 'half');
    throw new Error('disk full');
  });
  await expect(failing).rejects.toThrow('disk full');
  expect(await readFile(path, 'utf8')).toBe('earlier');
  expect(await readdir(folder)).toEqual(['a.json']);
});

test('the SHA-256 of a file is that of its bytes', async () => {
  await writeFileAtomic(join(folder, 'abc'), 'abc');
  // the test vector of FIPS 180-2, appendix B.1
  expect(await sha256OfFile(join(folder, 'abc'))).toBe(
    'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
  );
});

test('a name made safe for paths is one path part, can be told from any other, and reads back', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', minLength: 1 }), (name) => {
      const safe = pathSafe(name);
      expect(safe).toMatch(/^[A-Za-z0-9._%-]+$/);
      if (safe.length <= 150) expect(decodeURIComponent(safe)).toBe(name);
      expect(safe.length).toBeLessThanOrEqual(165);
      if (!/^\.+$/.test(name)) expect(resolve(folder, safe).startsWith(`${folder}/`)).toBe(true);
    }),
  );
});

test('a name of 33 CJK characters, 99 bytes, fits into a folder name beside another that differs at its end', async () => {
  const safe = ['測', '試'].map((last) => pathSafe('測'.repeat(32) + last));
  expect(safe[0]).not.toBe(safe[1]);
  for (const name of safe) {
    expect(name).toMatch(/^(%E6%B8%AC){16}-[0-9a-f]{16}$/);
    const longest = besidePath(join(folder, `2026_11_21_08_33_20_${name}_2`));
    await writeFileAtomic(longest, '');
    expect(await readdir(folder)).toContain(basename(longest));
  }
});

test('a pipe, a device, or a link to one is never replaced by a file', async () => {
  const pipe = join(folder, 'pipe');
  spawnSync('mkfifo', [pipe]);
  const link = join(folder, 'link');
  await symlink('/dev/null', link);
  for (const path of [pipe, link, '/dev/null']) {
    await expect(writeFileAtomic(path, 'x')).rejects.toThrow('it is no regular file');
  }
  expect((await stat(pipe)).isFIFO()).toBe(true);
  expect((await readdir(folder)).toSorted()).toEqual(['link', 'pipe']);
});

test('folders are made as deep as asked, also by two at once, and never where a file is', async () => {
  const deep = join(folder, 'a', 'b', 'c');
  await Promise.all([makeFolders(deep), makeFolders(deep)]);
  await makeFolders(deep);
  expect((await stat(deep)).isDirectory()).toBe(true);
  await makeFolders(join(folder, 'd', 'secret'), 0o700);
  expect((await stat(join(folder, 'd', 'secret'))).mode & 0o777).toBe(0o700);
  await writeFile(join(folder, 'file'), '');
  await expect(makeFolders(join(folder, 'file'))).rejects.toThrow('in the way');
  await expect(makeFolders(join(folder, 'file', 'x'))).rejects.toMatchObject({ code: 'ENOTDIR' });
});

test.runIf(process.platform === 'linux')(
  'under /proc no folder can be made, which is said and not tried for ever',
  async () => {
    await expect(makeFolders('/proc/nothing/of/this')).rejects.toThrow(/^\/proc takes no folders$|EACCES|EROFS/);
  },
);

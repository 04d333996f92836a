import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { zipOf } from '../../deployer/zip.js';
import { emptyFolder } from '../support/programs.js';
import { optionalTool } from '../support/tools.js';

const python = optionalTool('python3');

// Python's own reader checks what ours does not: CRCs, dates, the marks of the system that made it.
test.skipIf(python === undefined)('Python reads what is written, all of it and readable by everybody', () => {
  const folder = emptyFolder();
  mkdirSync(join(folder, 'zips'));
  const file = fc.record({
    path: fc.stringMatching(/^[a-zé日/_]{1,12}\.js$/).filter((path) => !path.startsWith('/')),
    content: fc.uint8Array({ maxLength: 3_000 }).map((bytes) => Buffer.from(bytes)),
  });
  const archives = fc.sample(
    fc.tuple(fc.uniqueArray(file, { maxLength: 5, selector: ({ path }) => path }), fc.boolean()),
    {
      numRuns: 100,
      seed: 8,
    },
  );
  for (const [at, [files, deflate]] of archives.entries()) {
    writeFileSync(join(folder, 'zips', String(at)), zipOf(files, deflate));
  }
  const script = `
import base64, json, sys, zipfile
told = []
for at in range(${archives.length}):
    with zipfile.ZipFile(sys.argv[1] + "/" + str(at)) as archive:
        assert archive.testzip() is None
        told.append([[one.filename, base64.b64encode(archive.read(one)).decode(), oct(one.external_attr >> 16), one.create_system, list(one.date_time)]
                     for one in archive.infolist()])
json.dump(told, open(sys.argv[1] + "/told.json", "w"))`;
  const { status, stderr } = spawnSync(python!, ['-c', script, join(folder, 'zips')], { encoding: 'utf8' });
  expect(status, stderr).toBe(0);
  const told: unknown = JSON.parse(readFileSync(join(folder, 'zips', 'told.json'), 'utf8'));
  expect(told).toEqual(
    archives.map(([files]) =>
      files.map(({ path, content }) => [path, content.toString('base64'), '0o100644', 3, [1980, 1, 1, 0, 0, 0]]),
    ),
  );
});

test('the same files give the same archive', () => {
  const files = [{ path: 'hello.js', content: Buffer.from('exports.handler = async () => 1;\n') }];
  expect(zipOf(files).equals(zipOf(files))).toBe(true);
});

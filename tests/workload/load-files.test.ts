import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { packageRoot } from '../../common/package-root.js';
import { loadWorkload } from '../../workload/load.js';
import { config, faults, inFolder, instance, load } from './loading.js';

const withParams = config({ instances: { a: instance({ param_file: 'p.json' }) } });

describe('files that a config names', () => {
  test('are looked up beside the config first, then in the working directory', async () => {
    await inFolder({ 'configs/a.json': withParams, 'p.json': '{"from":"cwd"}' }, async (cwd) => {
      const read = async (): Promise<unknown> =>
        (await loadWorkload(join('configs', 'a.json'), { cwd })).instances[0]!.payload;
      expect(await read()).toEqual({ kind: 'params', json: '{"from":"cwd"}' });
      await writeFile(join(cwd, 'configs', 'p.json'), '{"from":"config"}');
      expect(await read()).toEqual({ kind: 'params', json: '{"from":"config"}' });
    });
  });

  test('are not looked up in the package, where only scripts are', async () => {
    const lines = await faults(config({ instances: { a: instance({ param_file: 'package.json' }) } }));
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(/^a\.json: instances\.a\.param_file: package\.json: no such file in /);
  });

  test.each([
    ['{"n": 1,\n  "m": }', 'line 2, column 8: is not JSON: expected a value'],
    ['[1]', 'must hold one JSON object, the parameters by name; a list goes into "params": {"file": …}'],
    [Uint8Array.of(0x7b, 0xff, 0x7d), 'is not UTF-8 text; save it as UTF-8'],
  ])('a param_file must be one JSON object: %j', async (content, fault) => {
    expect(await faults(withParams, { 'p.json': content })).toEqual([
      `a.json: instances.a.param_file: p.json: ${fault}`,
    ]);
  });

  test('a folder in place of a file is named as such', async () => {
    await inFolder({ 'a.json': withParams }, async (cwd) => {
      await mkdir(join(cwd, 'p.json'));
      await expect(loadWorkload('a.json', { cwd })).rejects.toThrow(
        'a.json: instances.a.param_file: p.json: is a folder',
      );
    });
  });

  test('content_type of data_file is told by its first bytes unless the config says it', async () => {
    const png = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a);
    const typeOf = async (more: object, bytes: Uint8Array): Promise<unknown> => {
      const data = config({ instances: { a: instance({ data_file: 'd', ...more }) } });
      const { payload } = (await load(data, { d: bytes })).instances[0]!;
      return payload.kind === 'data' ? payload.contentType : payload;
    };
    expect(await typeOf({}, png)).toBe('image/png');
    expect(await typeOf({ content_type: 'application/x-mine' }, png)).toBe('application/x-mine');
    expect(await typeOf({}, Uint8Array.of(1, 2, 3))).toBe('application/octet-stream');
  });
});

describe('monitor scripts', () => {
  const monitored = config({ perf_monitoring: { runtime_script: 'monitoring/RuntimeMonitoring.sh' } });

  test('are looked up beside the config, in the working directory, then in the package; FAAS_ROOT is where', async () => {
    await inFolder({ 'configs/a.json': monitored }, async (cwd) => {
      const script = async (): Promise<unknown> =>
        (await loadWorkload(join('configs', 'a.json'), { cwd })).monitoring.runtimeScript;
      const under = (root: string): object => ({
        path: join(root, 'monitoring', 'RuntimeMonitoring.sh'),
        faasRoot: root,
      });
      expect(await script()).toEqual(under(packageRoot));
      for (const root of [cwd, join(cwd, 'configs')]) {
        await mkdir(join(root, 'monitoring'), { recursive: true });
        await writeFile(join(root, 'monitoring', 'RuntimeMonitoring.sh'), '');
        expect(await script()).toEqual(under(root));
      }
    });
  });

  test('with an absolute path belong to the folder that they lie in', async () => {
    await inFolder({ 'a.json': '', 'mine/monitoring/M.sh': '' }, async (cwd) => {
      const path = join(cwd, 'mine', 'monitoring', 'M.sh');
      await writeFile(join(cwd, 'a.json'), JSON.stringify(config({ perf_monitoring: { runtime_script: path } })));
      const root = async (from: string): Promise<unknown> =>
        (await loadWorkload(join(cwd, 'a.json'), { cwd: from })).monitoring.runtimeScript?.faasRoot;
      expect(await root(join(cwd, 'mine'))).toBe(cwd);
    });
  });

  test('that are nowhere are an error before anything starts', async () => {
    const lines = await faults(config({ perf_monitoring: { runtime_script: 'no.sh', post_script: 'none.sh' } }));
    expect(lines.map((line) => line.replace(/ in .*/, ''))).toEqual([
      'a.json: perf_monitoring.runtime_script: no.sh: no such file',
      'a.json: perf_monitoring.post_script: none.sh: no such file',
    ]);
  });
});

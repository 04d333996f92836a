import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { packageRoot } from '../../common/package-root.js';
import { findFunctionFolder } from '../../deployer/find-function.js';
import { loadWorkload } from '../../workload/load.js';
import { callFunction, everyManifest } from './call-function.js';

const FOLDER = join(packageRoot, 'configs');
const CONFIGS = readdirSync(FOLDER).filter((name) => name.endsWith('.json') && name !== 'schema.json');

test.each(CONFIGS)('configs/%s is valid from any folder, and invokes functions that are there', async (name) => {
  const configPath = join(FOLDER, name);
  const { instances, endpoint } = await loadWorkload(configPath, { cwd: '/' });
  expect(instances.length).toBeGreaterThan(0);
  if (endpoint.kind === 'generic') return;
  for (const { application } of instances)
    expect(findFunctionFolder(application, { configPath, cwd: '/' })).toBeTruthy();
});

test('the sample workloads use every function', () => {
  const texts = CONFIGS.map((name) => readFileSync(join(FOLDER, name), 'utf8')).join('');
  const unused = everyManifest().filter(({ manifest }) => !texts.includes(`"application": "${manifest.name}"`));
  expect(unused.map(({ folder }) => folder)).toEqual([]);
});

test('the parameters of the microbenchmarks are within their limits', async () => {
  const text = readFileSync(join(FOLDER, 'microbenchmarks.json'), 'utf8');
  const { instances } = JSON.parse(text) as { instances: Record<string, Record<'application' | 'param_file', string>> };
  for (const { application, param_file: file } of Object.values(instances)) {
    const { manifest, folder } = everyManifest().find(({ manifest: one }) => one.name === application)!;
    const payload: unknown =
      file === undefined
        ? { image: readFileSync(join(FOLDER, 'params', 'picture.png')).toString('base64') }
        : JSON.parse(readFileSync(join(FOLDER, file), 'utf8'));
    const [called] = await callFunction(`${folder}/${manifest.runtimes.node!.file}`, 'node', 'main', [payload]);
    expect(called!.answer, application).not.toHaveProperty('error');
    expect(called!.answer, application).toBeDefined();
  }
});

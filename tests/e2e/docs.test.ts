import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { packageRoot } from '../../common/package-root.js';
import { ACTIVATION_COLUMNS } from '../../records/activations.js';
import { INVOCATION_COLUMNS } from '../../records/invocations.js';
import { emptyFolder, runProgram } from '../support/programs.js';

const page = (name: string): string => readFileSync(join(packageRoot, 'docs', name), 'utf8');

test('every column of both tables stands on the page of columns', () => {
  const columns = [...Object.keys(INVOCATION_COLUMNS), ...Object.keys(ACTIVATION_COLUMNS)];
  expect(columns.filter((column) => !page('columns.md').includes(`\`${column}\``))).toEqual([]);
});

test('every config that the documents show is valid', () => {
  const folder = emptyFolder();
  const shown = readdirSync(join(packageRoot, 'docs'))
    .filter((name) => name.endsWith('.md'))
    .flatMap((name) => [...page(name).matchAll(/```json\n([^]*?)```/g)].map(([, text]) => text!))
    .filter((text) => text.includes('"instances"'));
  expect(shown.length).toBeGreaterThan(0);
  for (const text of shown) {
    writeFileSync(join(folder, 'shown.json'), text);
    expect(runProgram('faaslab', ['validate', 'shown.json'], { cwd: folder })).toMatchObject({ status: 0, stderr: '' });
  }
});

test('the page of the config names every key of the schema', () => {
  const schema = JSON.parse(readFileSync(join(packageRoot, 'configs', 'schema.json'), 'utf8')) as object;
  const keys = new Set<string>();
  const collect = (node: unknown): void => {
    if (typeof node !== 'object' || node === null) return;
    const { properties } = node as { properties?: object };
    for (const key of Object.keys(properties ?? {})) keys.add(key);
    Object.values(node).forEach(collect);
  };
  collect(schema);
  expect([...keys].filter((key) => !page('config.md').includes(key))).toEqual([]);
});

import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** A manifest that is right; tests change one thing of it. */
export const GOOD_MANIFEST = {
  name: 'twice',
  runtimes: { node: { file: 'twice.js', main: 'main', handler: 'twice.handler' } },
  memory_mb: 128,
  timeout_ms: 5000,
  parameters: { n: 'a number' },
  expected: [{ parameters: { n: 2 }, result: { twice: 4 } }],
  licence: 'MIT',
};

export const GOOD_CODE = 'function main({ n }) { return { twice: 2 * n }; }\n';

/** Writes a function's folder. */
export function writeFunction(folder: string, manifest: unknown = GOOD_MANIFEST, code = GOOD_CODE): string {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'manifest.json'), typeof manifest === 'string' ? manifest : JSON.stringify(manifest));
  writeFileSync(join(folder, 'twice.js'), code);
  return folder;
}

/** `functions/NAME` under a root. */
export function writeNamedFunction(root: string, name: string): string {
  const folder = join(root, 'functions', name);
  mkdirSync(dirname(folder), { recursive: true });
  return writeFunction(folder, { ...GOOD_MANIFEST, name });
}

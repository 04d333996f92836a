import { execFileSync, spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { packageRoot } from '../../common/package-root.js';

// The linter runs in a folder of its own with the project's configuration, so that no wrong import ever stands in the tree.
const oxlint = join(packageRoot, 'node_modules', 'oxlint', 'bin', 'oxlint');
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'faaslab-lint-'));
  copyFileSync(join(packageRoot, '.oxlintrc.json'), join(folder, '.oxlintrc.json'));
});
afterAll(() => rmSync(folder, { recursive: true }));

interface Finding {
  filename: string;
  code: string;
  labels: { span: { line: number } }[];
}

/** Files to lint, by path; the answer tells for each path the lines on which an import was refused. */
function refusedLines(files: Record<string, string>): Map<string, number[]> {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(join(folder, path, '..'), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  const linted = spawnSync(process.execPath, [oxlint, '--format', 'json', ...Object.keys(files)], {
    cwd: folder,
    encoding: 'utf8',
  });
  const refused = new Map<string, number[]>(Object.keys(files).map((path) => [path, []]));
  for (const finding of (JSON.parse(linted.stdout) as { diagnostics: Finding[] }).diagnostics) {
    if (!/no-restricted-imports|consistent-type-imports/.test(finding.code)) continue;
    refused.get(finding.filename)?.push(finding.labels[0]!.span.line);
  }
  return refused;
}

/** The rows of the table in docs/architecture.md: what each room may import. */
function documentedTable(): Map<string, string[]> {
  const page = readFileSync(join(packageRoot, 'docs', 'architecture.md'), 'utf8');
  const rows = [...page.matchAll(/^\| `(\w+)\/` \|.*\| ([^|]+) \|$/gm)];
  return new Map(rows.map(([, room, list]) => [room!, list!.trim() === '–' ? [] : list!.trim().split(', ')]));
}

/** One import of each kind, a line each; the fifth line is the one that `import type` cannot replace by accident. */
function everyKindOf(target: string): string {
  return [
    `import { a } from '${target}';`,
    `import type { B } from '${target}';`,
    `export const c = import('${target}');`,
    `export { d } from '${target}';`,
    `export type E = import('${target}').E;`,
    'export { a };',
    'export type { B };',
    '',
  ].join('\n');
}

const table = documentedTable();
const rooms = [...table.keys()];

test('the page names every room of the compiler', () => {
  const { include } = JSON.parse(readFileSync(join(packageRoot, 'tsconfig.build.json'), 'utf8')) as {
    include: string[];
  };
  expect(rooms.toSorted()).toEqual(include.toSorted());
});

test('value, type-only, dynamic, re-exported and inline type imports are refused exactly where the page has no entry', () => {
  const files: Record<string, string> = {};
  const expected = new Map<string, number[]>();
  for (const from of rooms) {
    for (const to of rooms) {
      if (from === to || to === 'common') continue;
      const target = to === 'monitoring' ? 'monitoring/parsers/x.js' : `${to}/x.js`;
      const path = `${from}/probe-${to}.ts`;
      files[path] = everyKindOf(`../${target}`);
      const allowed = table.get(from)!.some((room) => room.split('/')[0] === to);
      // An inline import() type is refused everywhere: write `import type`, which the table then judges.
      expected.set(path, allowed ? [5] : [1, 2, 3, 4, 5]);
    }
  }
  // 13 rooms, each against the 12 others but common: 12·11 + 12 = 144 files, so an empty table cannot pass.
  expect(Object.keys(files)).toHaveLength(144);
  const refused = refusedLines(files);
  for (const [path, lines] of expected) {
    expect([path, [...new Set(refused.get(path))].toSorted((a, b) => a - b)]).toEqual([path, lines]);
  }
});

test('of monitoring, the analyzer may import the parsers only', () => {
  const refused = refusedLines({ 'analyzer/probe-scripts.ts': everyKindOf('../monitoring/scripts.js') });
  expect([...new Set(refused.get('analyzer/probe-scripts.ts'))].toSorted()).toEqual([1, 2, 3, 4, 5]);
});

test('the firing thread may import the interface of platforms and no platform', () => {
  const refused = refusedLines({
    'invoker/firing/probe-interface.ts': everyKindOf('../../platforms/platform.js'),
    'invoker/firing/probe-platform.ts': everyKindOf('../../platforms/openwhisk/port.js'),
    'invoker/firing/probe-records.ts': everyKindOf('../../records/manifest.js'),
  });
  expect(refused.get('invoker/firing/probe-interface.ts')).toEqual([5]);
  expect([...new Set(refused.get('invoker/firing/probe-platform.ts'))].toSorted()).toEqual([1, 2, 3, 4, 5]);
  expect([...new Set(refused.get('invoker/firing/probe-records.ts'))].toSorted()).toEqual([1, 2, 3, 4, 5]);
});

test('the schema of an analysis is loaded by no program', () => {
  const refused = refusedLines({
    'analyzer/probe-beside.ts': everyKindOf('./schema/analysis.js'),
    'analyzer/report/probe-above.ts': everyKindOf('../schema/analysis.js'),
    'cli/probe-schema.ts': everyKindOf('../analyzer/schema/analysis.js'),
    'analyzer/schema/probe-within.ts': everyKindOf('./words.js'),
  });
  const lines = [...refused].map(([path, found]) => [path, [...new Set(found)].toSorted()]);
  expect(lines).toEqual([
    ['analyzer/probe-beside.ts', [1, 2, 3, 4, 5]],
    ['analyzer/report/probe-above.ts', [1, 2, 3, 4, 5]],
    ['cli/probe-schema.ts', [1, 2, 3, 4, 5]],
    ['analyzer/schema/probe-within.ts', [5]],
  ]);
});

test('a package is imported by its owner only', () => {
  const one = (name: string): string => `export const x = import('${name}');\n`;
  const refused = refusedLines({
    'workload/probe-zod.ts': one('zod'),
    'invoker/probe-zod.ts': one('zod'),
    'analyzer/probe-zod.ts': one('zod'),
    'analyzer/schema/probe-zod.ts': one('zod'),
    'analyzer/schema/probe-duckdb.ts': one('@duckdb/node-api'),
    'records/probe-duckdb.ts': one('@duckdb/node-api'),
    'analyzer/probe-duckdb.ts': one('@duckdb/node-api'),
    'plotting/probe-vega.ts': one('vega'),
    'comparative/probe-vega.ts': one('vega-lite'),
    'common/probe-random.ts': one('seedrandom'),
    'workload/probe-random.ts': one('seedrandom'),
    'common/probe-yargs.ts': one('yargs'),
    'invoker/command.ts': one('yargs'),
    'cli/probe-yargs.ts': one('yargs'),
  });
  const refusedPaths = [...refused].filter(([, lines]) => lines.length > 0).map(([path]) => path);
  expect(refusedPaths.toSorted()).toEqual([
    'analyzer/probe-duckdb.ts',
    'analyzer/probe-zod.ts',
    'analyzer/schema/probe-duckdb.ts',
    'cli/probe-yargs.ts',
    'comparative/probe-vega.ts',
    'invoker/command.ts',
    'invoker/probe-zod.ts',
    'workload/probe-random.ts',
  ]);
});

test('the tree itself has no import that the table refuses', () => {
  const output = execFileSync(process.execPath, [oxlint, '--format', 'unix'], { cwd: packageRoot, encoding: 'utf8' });
  expect(output).not.toMatch(/no-restricted-imports/);
});

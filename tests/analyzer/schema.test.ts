import { readFileSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { analyze } from '../../analyzer/analyze.js';
import { openRun } from '../../analyzer/open-run.js';
import { analysisJsonSchema } from '../../analyzer/schema/json-schema.js';
import { describes } from '../../analyzer/schema/words.js';
import { packageRoot } from '../../common/package-root.js';
import type { ActivationRow } from '../../records/activations.js';
import { ANALYSIS_SCHEMA_FILE, publishedSchema } from '../support/analysis-schema.js';
import { makeLambdaRun } from '../support/lambda-run.js';
import { emptyFolder } from '../support/programs.js';
import { makeRun, type FixtureOptions } from '../support/run-fixture.js';

// Written anew by `UPDATE_GOLDEN=1 npx vitest run tests/analyzer/schema.test.ts`.
if (process.env['UPDATE_GOLDEN'] === '1') {
  writeFileSync(ANALYSIS_SCHEMA_FILE, `${JSON.stringify(analysisJsonSchema(), null, 2)}\n`);
}
const faultsOf = publishedSchema();

type Node = { [key: string]: unknown };
const isObject = (value: unknown): value is Node =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The analysis that the analyzer writes of a fixture run, as it stands in the file. */
async function written(options: FixtureOptions = {}, make = makeRun): Promise<Node> {
  const { directory } = await make(emptyFolder(), { rows: 60, dropped: false, ...options });
  const source = options.pulled === false ? 'records' : undefined;
  const { tables } = await analyze(await openRun(directory), { source, waitS: 0, insecure: false });
  tables.close();
  return JSON.parse(await readFile(join(directory, 'analysis.json'), 'utf8')) as Node;
}

test('docs/analysis.schema.json is what the schema in the code generates, in draft 2020-12', () => {
  const file = JSON.parse(readFileSync(ANALYSIS_SCHEMA_FILE, 'utf8')) as object;
  expect(file).toEqual(analysisJsonSchema());
  expect(file).toMatchObject({
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    $id: 'urn:faaslab:analysis:1',
  });
});

test('every field has a description, and no object of ours allows another one', () => {
  const { $defs: definitions, ...root } = analysisJsonSchema() as { $defs: Record<string, Node> };
  const undescribed: string[] = [];
  const open: string[] = [];
  const walk = (node: unknown, path: string): void => {
    if (Array.isArray(node)) return node.forEach((item) => walk(item, path));
    if (!isObject(node)) return;
    if ([node['type']].flat().includes('object') && node['additionalProperties'] !== false) open.push(path);
    for (const [name, field] of Object.entries((node['properties'] ?? {}) as Record<string, Node>)) {
      const meant = definitions[String(field['$ref']).replace('#/$defs/', '')];
      if ((field['description'] ?? meant?.['description']) === undefined) undescribed.push(`${path}.${name}`);
      walk(field, `${path}.${name}`);
    }
    walk(node['items'], path);
    walk(node['anyOf'], path);
  };
  walk(root, '');
  for (const [name, definition] of Object.entries(definitions)) walk(definition, name);
  expect(undescribed).toEqual([]);
  // Their keys are names that others gave: keys of configs, paths, kinds of error.
  expect(open).toEqual(['.manifest.config', '.manifest.files', '.series.errors']);
});

test('the page of the analysis names every field at its top', () => {
  const page = readFileSync(join(packageRoot, 'docs', 'analysis.md'), 'utf8');
  const names = Object.keys(analysisJsonSchema()['properties'] as object);
  expect(names.length).toBeGreaterThan(15);
  expect(names.filter((name) => !page.includes(`\`${name}\``))).toEqual([]);
});

test('a schema that differs from the type of the code does not compile', () => {
  interface Line {
    n: number;
    mean: number | null;
    note?: string;
  }
  const line = z.strictObject({ n: z.number(), mean: z.number().nullable(), note: z.string().optional() });
  describes<Line>()(line);
  // The compiler, and so `npm run check`, refuses this file where one of these compiles.
  // @ts-expect-error a field is missing
  describes<Line>()(line.omit({ mean: true }));
  // @ts-expect-error an optional field is missing
  describes<Line>()(line.omit({ note: true }));
  // @ts-expect-error a field too many
  describes<Line>()(line.extend({ p50: z.number() }));
  // @ts-expect-error an optional field too many
  describes<Line>()(line.extend({ p50: z.number().optional() }));
  // @ts-expect-error null is not allowed for
  describes<Line>()(line.extend({ mean: z.number() }));
  // @ts-expect-error null is allowed for where there is none
  describes<Line>()(line.extend({ n: z.number().nullable() }));
  // @ts-expect-error a text for a number
  describes<Line>()(line.extend({ n: z.string() }));
  // @ts-expect-error also within
  describes<{ lines: Line[] }>()(z.strictObject({ lines: z.array(line.omit({ note: true })) }));
  expect(describes<Line>()(line)).toBe(line);
});

const without = (...names: (keyof ActivationRow)[]) => ({
  activation: (row: ActivationRow) => ({ ...row, ...Object.fromEntries(names.map((name) => [name, null])) }),
});
const KINDS: Record<string, () => Promise<Node>> = {
  'a valid run': () => written({ rows: 300 }),
  'a run long enough for every interval': () => written({ rows: 2_500 }),
  'an invalid run with a dropped row': () => written({ dropped: true }),
  'an interrupted run that nobody judged or settled': () =>
    written({
      manifest: {
        status: 'interrupted',
        end_epoch_ms: null,
        verdict: null,
        generator: null,
        lateness_ms: null,
        send_lag_ms: null,
      },
    }),
  'a run of which no row was reached': () => written({ rows: 0 }),
  'a run without activations': () => written({ pulled: false }),
  'a run that was only accepted': () => written({ blocking: false }),
  'a run that was only accepted, without activations': () => written({ blocking: false, pulled: false }),
  'a Lambda run without wait': () => written({ pulled: true, ...without('wait_ms', 'latency_ms') }, makeLambdaRun),
  'a Lambda run of which nothing was recorded': () => written({ blocking: false, pulled: false }, makeLambdaRun),
  'a generic endpoint': () =>
    written({
      pulled: false,
      invocation: (row) => ({ ...row, activation_id: null }),
      manifest: { endpoint: { kind: 'generic', url: 'http://127.0.0.1:8080/' } },
    }),
  'an unknown cost': () => written(without('memory_limit_bytes')),
  'a run without cold starts': () =>
    written({ activation: (row) => ({ ...row, cold: false, init_ms: null, execution_ms: row.duration_ms }) }),
  'a run of cold starts only': () => written({ activation: (row) => ({ ...row, cold: true, init_ms: 20 }) }),
  'a run of which nobody knows what was cold': () => written(without('cold', 'init_ms', 'execution_ms')),
  'workers told': () => written({ activation: (row) => ({ ...row, worker: `${row.function}-0` }) }),
  'records without any time': () => written(without('start_ms', 'end_ms', 'duration_ms', 'latency_ms', 'execution_ms')),
  thresholds: () =>
    written({
      ...without('wait_ms', 'latency_ms'),
      manifest: {
        config: {
          test_duration_in_seconds: 30,
          instances: { steady: { distribution: 'Uniform', rate: 1 } },
          // met, not met, and one that no row can tell
          thresholds: { error_rate: '< 1', 'response_ms.p50': '< 0', steady: { 'wait_ms.p99': '< 5' } },
        },
      },
    }),
};

test.each(Object.entries(KINDS))('the analysis of %s is as published', async (_, make) => {
  const analysis = await make();
  expect(faultsOf(analysis)).toEqual([]);
});

/** Every value of an analysis with the object or list that holds it; what stands below names that others gave is left out. */
function* places(node: unknown, path = ''): Generator<{ holder: Node; key: string; path: string }> {
  if (typeof node !== 'object' || node === null || OPEN.has(path)) return;
  for (const key of Object.keys(node)) {
    // A list's fields are named by the list alone, so that a failure shows each once.
    const at = Array.isArray(node) ? `${path}[]` : `${path}.${key}`;
    yield { holder: node as Node, key, path: at };
    yield* places((node as Node)[key], at);
  }
}
const OPEN = new Set(['.manifest.config', '.manifest.files', '.series.errors']);
const OPTIONAL = new Set([
  '.results',
  '.manifest.host.cpu_model',
  '.manifest.pid_start_ticks',
  '.manifest.generator.threads',
  '.manifest.monitors[].host',
  '.manifest.monitors[].start_ms',
  '.manifest.monitored_hosts',
  ...['namespace', 'region', 'invocation_type', 'qualifier', 'insecure', 'wsk_version', 'started_for_run'].map(
    (name) => `.manifest.endpoint.${name}`,
  ),
]);

/** The places of all fields, written like those of `places`. */
function fieldsOfSchema(): string[] {
  const { $defs: definitions, ...root } = analysisJsonSchema() as { $defs: Record<string, Node> };
  const fields = (node: Node, path: string): string[] => {
    if (node['$ref'] !== undefined) return fields(definitions[String(node['$ref']).replace('#/$defs/', '')]!, path);
    if (node['anyOf'] !== undefined) return (node['anyOf'] as Node[]).flatMap((one) => fields(one, path));
    if (node['items'] !== undefined) return fields(node['items'] as Node, `${path}[]`);
    const properties = Object.entries((node['properties'] ?? {}) as Record<string, Node>);
    return properties.flatMap(([name, field]) => [`${path}.${name}`, ...fields(field, `${path}.${name}`)]);
  };
  return fields(root, '');
}

const MONITOR_TABLE = {
  host: 'here',
  table: 'sampler',
  file: 'monitors/here/sampler.parquet',
  source: 'monitors/here/sampler.ndjson',
  rows: 2,
  columns: ['cpu_user_pct'],
  from_ms: 0.5,
  to_ms: 1000.5,
  uncertainty_ms: 1,
  approximate: false,
  lines: 3,
  unknown_lines: 1,
};

const WORKER_PODS = {
  pods_seen: 1,
  pods: [
    {
      pod: 'wsk-1',
      node: 'n1',
      function: 'hello',
      function_by: 'label',
      invoker: 'invoker0',
      seen_from_ms: -1.5,
      gone_ms: 10,
      restarts: 0,
      workers: ['wsk-1'],
      executions: 3,
    },
  ],
  nodes: [{ node: 'n1', pods: 1, executions: 3 }],
  functions: [{ name: 'hello', pods: 1, nodes: 1, executions: 3 }],
  told: 3,
  placed: 3,
};

test('with any field missing, misnamed, or of another type an analysis is refused', async () => {
  const analysis: Node = {
    ...(await KINDS['thresholds']!()),
    errors: [{ function: 'hello', outcome: 'failed', error: 'throttled', status: 429, count: 1, example: null }],
    results: [{ function: 'hello', result: '{}', count: 1, distinct_results: 1 }],
  };
  const manifest = analysis['manifest'] as Node & { endpoint: Node; monitors: Node[] };
  manifest['pid_start_ticks'] = 1;
  const ofOthers = {
    region: 'us-east-1',
    invocation_type: 'Event',
    qualifier: '1',
    insecure: true,
    wsk_version: '1.2.0',
    started_for_run: true,
  };
  Object.assign(manifest.endpoint, ofOthers);
  const ended = { script: 'post.sh', status: 'ok', message: null };
  manifest.monitors.push({ role: 'post_script', host: 'here', ...ended, start_ms: 1.5 });
  const clock = [{ at_ms: -3, offset_ms: 0.2, uncertainty_ms: 1 }];
  manifest['monitored_hosts'] = [{ name: 'here', folder: 'monitors/here', ssh: null, clock }];
  analysis['monitoring'] = { tables: [MONITOR_TABLE], pods: WORKER_PODS };
  expect(faultsOf(analysis)).toEqual([]);
  const passed = new Set<string>();
  const touched = new Set<string>();
  const refused = (path: string, change: string): void => {
    if (faultsOf(analysis).length === 0) passed.add(`${path} ${change}`);
  };
  for (const { holder, key, path } of places(analysis)) {
    // The lists of numbers over time are alike from end to end.
    if (touched.has(path) && path.startsWith('.series')) continue;
    touched.add(path);
    const value = holder[key];
    // Where null stands a number, a text, true, an object, or a list of numbers may be right.
    holder[key] = value === null ? ['seven'] : typeof value === 'string' ? 7 : 'seven';
    refused(path, 'of another type');
    if (Array.isArray(holder)) {
      holder[key as unknown as number] = value;
      continue;
    }
    delete holder[key];
    if (!OPTIONAL.has(path)) refused(path, 'missing');
    holder[`${key}_`] = value;
    refused(path, 'misnamed');
    delete holder[`${key}_`];
    holder[key] = value;
  }
  expect([...passed]).toEqual([]);
  expect(faultsOf(analysis)).toEqual([]);
  // Every field of the schema was there to be changed.
  expect(fieldsOfSchema().filter((path) => !touched.has(path))).toEqual([]);
});

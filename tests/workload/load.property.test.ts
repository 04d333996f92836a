import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ConfigError } from '../../common/errors.js';
import { loadWorkload } from '../../workload/load.js';
import { config, inFolder, instance, request } from './loading.js';

/** A config in which every key that there is has a value. */
const FULL = config({
  endpoint: { kind: 'local_openwhisk', api_host: 'http://127.0.0.1:3233', namespace: '_', insecure: true },
  instances: {
    listed: instance({ distribution: null, rate: null, interarrivals_list: [1, 2, 3], param_file: 'p.json' }),
    windowed: instance({ activity_window: [1, 5], data_file: 'p.json', content_type: 'application/json' }),
    bursty: instance({ distribution: 'Gamma', cv: 2 }),
    web: request({ application: 'x', method: 'PUT', headers: { 'X-A': 'b' }, data: { n: [1] } }),
  },
  perf_monitoring: { runtime_script: 'm.sh', post_script: 'm.sh' },
  limits: { max_in_flight: 5, timeout_ms: 100, lateness_budget_ms: 5, response_body_bytes: 0 },
  thresholds: { 'response_ms.p99': '< 500', listed: { error_rate: '< 0.01' } },
});
const FILES = { 'p.json': '{}', 'm.sh': '' };

type Place = (string | number)[];

/** Every place in a JSON value, the root first. */
function placesIn(value: unknown, at: Place = []): Place[] {
  if (typeof value !== 'object' || value === null) return [at];
  const inner = Array.isArray(value) ? [...value.entries()] : Object.entries(value);
  return [at, ...inner.flatMap(([key, entry]) => placesIn(entry, [...at, key]))];
}

function replaced(value: unknown, [step, ...rest]: Place, by: unknown): unknown {
  if (step === undefined) return by;
  const copy = (Array.isArray(value) ? [...value] : { ...(value as object) }) as Record<string, unknown>;
  copy[step as string] = replaced(copy[step as string], rest, by);
  return copy;
}

/** What loading a text ends with: nothing, or the lines of its ConfigError. */
async function outcome(text: string, cwd: string): Promise<string[]> {
  await writeFile(join(cwd, 'a.json'), text);
  try {
    await loadWorkload('a.json', { cwd });
    return [];
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.message.split('\n');
  }
}

function expectPlainLines(lines: string[]): void {
  for (const line of lines) {
    expect(line).toMatch(/^a\.json: \S/);
    // zod's own wording would say what its types are called, not what the user may write.
    expect(line).not.toMatch(/invalid input|expected (string|number|object|array|record|boolean)/i);
  }
}

describe('whatever stands in a config file, loading it ends with a workload or with lines for its user', () => {
  test('any text', async () => {
    await inFolder(FILES, async (cwd) => {
      await fc.assert(
        fc.asyncProperty(
          fc.oneof(fc.string(), fc.json(), fc.constantFrom('[', '{"a":', '"\\u12', '-', '1e5', '[[[')),
          async (text) => {
            expectPlainLines(await outcome(text, cwd));
          },
        ),
        { numRuns: 150 },
      );
    });
  });

  test('a right config in which one value is replaced by any other', async () => {
    await inFolder(FILES, async (cwd) => {
      expect(await outcome(JSON.stringify(FULL), cwd)).toEqual([]);
      const anything = fc.oneof(
        fc.jsonValue({ maxDepth: 2 }),
        fc.constantFrom(null, '', -1, 0, 1e308, 2 ** 53, true, [], {}, [[]], '__proto__', '\0', '~/x', '/', '../..'),
      );
      await fc.assert(
        fc.asyncProperty(fc.constantFrom(...placesIn(FULL)), anything, async (place, by) => {
          expectPlainLines(await outcome(JSON.stringify(replaced(FULL, place, by)), cwd));
        }),
        { numRuns: 250 },
      );
    });
  });

  test('nesting without end', async () => {
    await inFolder(FILES, async (cwd) => {
      const deep = `${'['.repeat(200_000)}${']'.repeat(200_000)}`;
      expect(await outcome(deep, cwd)).toEqual([
        'a.json: line 1, column 501: is not JSON: expected at most 500 levels of nesting',
      ]);
    });
  });

  test('a text of many megabytes', async () => {
    const text = JSON.stringify(config({ comment: 'x"\\\n'.repeat(3_000_000) }));
    await inFolder(FILES, async (cwd) => expect(await outcome(text, cwd)).toEqual([]));
  });
});

/** The objects of FULL whose keys are ours, not names that users give. */
const OBJECTS: Place[] = [
  [],
  ['endpoint'],
  ['instances', 'listed'],
  ['instances', 'windowed'],
  ['instances', 'bursty'],
  ['instances', 'web'],
  ['perf_monitoring'],
  ['limits'],
];

function objectAt(place: Place): Record<string, unknown> {
  return place.reduce<unknown>((at, step) => (at as Record<string, unknown>)[step], FULL) as Record<string, unknown>;
}

const keys = OBJECTS.flatMap((place) => Object.keys(objectAt(place)).map((key) => ({ place, key })));

test('a key with one wrong, missing, additional or exchanged letter is an error that names the right one', async () => {
  const letter = fc.constantFrom(...'abcdefghijklmnopqrstuvwxyz_');
  const slip = fc.record({
    kind: fc.constantFrom('other', 'less', 'more', 'exchange', 'capital'),
    at: fc.nat(),
    letter,
  });
  await inFolder(FILES, async (cwd) => {
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...keys), slip, async ({ place, key }, { kind, at, letter }) => {
        const i = at % key.length;
        const wrong = {
          other: key.slice(0, i) + letter + key.slice(i + 1),
          less: key.slice(0, i) + key.slice(i + 1),
          more: key.slice(0, i) + letter + key.slice(i),
          exchange:
            key.slice(0, i) +
            key
              .slice(i, i + 2)
              .split('')
              .toReversed()
              .join('') +
            key.slice(i + 2),
          capital: key.slice(0, i) + key[i]!.toUpperCase() + key.slice(i + 1),
        }[kind as 'other'];
        const { [key]: value, ...others } = objectAt(place);
        // `endpoint` with an unknown key that looks like a credential says that first; no slip here makes one.
        // FaaSProfiler's second spelling of the duration is one letter away from the first, and right.
        fc.pre(wrong !== key && !(wrong in others) && wrong !== '' && wrong !== 'test_duration_inseconds');
        const lines = await outcome(JSON.stringify(replaced(FULL, place, { ...others, [wrong]: value })), cwd);
        const told = lines.find((line) => line.includes('unknown key; did you mean'));
        expect(told, `${[...place, wrong].join('.')} instead of ${key}: ${lines.join(' | ')}`).toBeDefined();
        // `data` for `date` is as near as anything: the nearest key is named, which a single slip leaves the right one.
        expect(told).toContain(key.length > 4 ? `did you mean "${key}"?` : 'did you mean "');
      }),
      { numRuns: 250 },
    );
  });
});

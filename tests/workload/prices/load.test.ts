import fc from 'fast-check';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ConfigError } from '../../../common/errors.js';
import { packageRoot } from '../../../common/package-root.js';
import { loadPrices, packagePrices, tiersFor } from '../../../workload/prices/load.js';

const PACKAGE = join(packageRoot, 'configs', 'prices');
const TABLE = 'aws-lambda-us-east-1-2026-09-19.json';

let folder: string;
beforeAll(() => void (folder = mkdtempSync(join(tmpdir(), 'faaslab-prices-'))));
afterAll(() => rmSync(folder, { recursive: true }));

type Json = Record<string, unknown>;
function original(): Json {
  return JSON.parse(readFileSync(join(PACKAGE, TABLE), 'utf8')) as Json;
}
/** Loads the package's table with a change, under the name `mine.json` in the working directory. */
function changed(change: (table: Json) => void) {
  const table = original();
  change(table);
  return loadText(JSON.stringify(table));
}
function loadText(text: string) {
  writeFileSync(join(folder, 'mine.json'), text);
  return loadPrices('mine.json', folder);
}

describe('the tables of the package', () => {
  const files = readdirSync(PACKAGE).filter((name) => name !== 'schema.json');

  test.each(files)('%s is named by its platform, region and date, and names its source', async (name) => {
    const table = await loadPrices(join(PACKAGE, name));
    expect(name).toBe(`aws-${table.platform}-${table.region}-${table.date}.json`);
    expect(table.source).toMatch(/^https:\/\/\S+$/);
  });

  test('hold the prices that AWS published for us-east-1', async () => {
    const { sha256: _, ...table } = await packagePrices('us-east-1');
    expect(table).toEqual({
      name: 'AWS Lambda',
      platform: 'lambda',
      region: 'us-east-1',
      date: '2026-09-19',
      source: expect.stringContaining('pricing.us-east-1.amazonaws.com') as string,
      currency: 'USD',
      granularityMs: 1,
      initBilledSince: '2025-08-01',
      pricePerMillionRequests: 0.2,
      // 256 KB, then 64 KB each
      asynchronousEvent: { firstBytes: 262_144, stepBytes: 65_536 },
      tiers: {
        x86_64: [
          { upToGbS: 6e9, pricePerGbS: 0.0000166667 },
          // the next 9 G
          { upToGbS: 15e9, pricePerGbS: 0.000015 },
          { upToGbS: null, pricePerGbS: 0.0000133334 },
        ],
        arm64: [
          { upToGbS: 7.5e9, pricePerGbS: 0.0000133334 },
          // the next 11.25 G
          { upToGbS: 18.75e9, pricePerGbS: 0.0000120001 },
          { upToGbS: null, pricePerGbS: 0.0000106667 },
        ],
      },
      freeTier: { requests: 1_000_000, gbS: 400_000 },
    });
  });

  test('stand in for a region that none of them is of', async () => {
    expect((await packagePrices('eu-central-1')).region).toBe('us-east-1');
    expect((await packagePrices(undefined)).region).toBe('us-east-1');
  });
});

describe('a table of a user', () => {
  test('may lack the free tier, the rule for large events, and an architecture', async () => {
    const table = await changed((table) => {
      table['free_tier'] = null;
      table['init_billed_since'] = null;
      delete table['asynchronous_event'];
      delete (table['architectures'] as Json)['x86_64'];
    });
    expect(table).toMatchObject({ freeTier: null, initBilledSince: null, asynchronousEvent: null });
    expect(tiersFor(table, 'arm64')[0]).toEqual({ upToGbS: 7.5e9, pricePerGbS: 0.0000133334 });
    expect(() => tiersFor(table, 'x86_64')).toThrow(
      new ConfigError(
        'the price table of AWS Lambda us-east-1 (2026-09-19) has no prices for x86_64; choose with --architecture: arm64',
      ),
    );
  });

  test('is known by the hash of its bytes', async () => {
    const [one, other] = [await changed(() => {}), await changed((table) => void (table['currency'] = 'EUR'))];
    expect(one.sha256).toMatch(/^[0-9a-f]{64}$/);
    expect(other.sha256).not.toBe(one.sha256);
  });

  const tier = (end: number | null, price: unknown = 0.00001) => ({ up_to_gb_s: end, price_per_gb_s: price });
  const x86 = (tiers: unknown) => (table: Json) => void ((table['architectures'] as Json)['x86_64'] = tiers);
  test.each<[string, (table: Json) => void, string]>([
    [
      'an unknown key',
      (t) => void (t['discount'] = 0.5),
      'mine.json: discount: unknown key; known are $schema, format',
    ],
    ['a misspelt key', (t) => void (t['granularity'] = 1), 'mine.json: granularity: unknown key'],
    [
      'a negative price',
      (t) => void (t['price_per_million_requests'] = -0.2),
      'mine.json: price_per_million_requests: must be a price per million requests, a number ≥ 0, got -0.2',
    ],
    ['a price that is text', (t) => void (t['price_per_million_requests'] = '0.2'), 'got "0.2"'],
    [
      'no price',
      (t) => void delete t['price_per_million_requests'],
      'price_per_million_requests: is missing; must be a price',
    ],
    [
      'a day that is none',
      (t) => void (t['date'] = '2026-02-30'),
      'mine.json: date: must be a day such as "2026-09-19", got "2026-02-30"',
    ],
    [
      'another format',
      (t) => void (t['format'] = 'faaslab-prices/2'),
      'mine.json: format: must be one of "faaslab-prices/1"',
    ],
    [
      'a granularity of 0',
      (t) => void (t['granularity_ms'] = 0),
      'mine.json: granularity_ms: must be a number of milliseconds > 0, got 0',
    ],
    [
      'a free tier below 0',
      (t) => void (t['free_tier'] = { requests: 1, gb_s: -1 }),
      'mine.json: free_tier.gb_s: must be a number of GB-seconds ≥ 0, got -1',
    ],
    [
      'an unknown key in the free tier',
      (t) => void (t['free_tier'] = { requests: 1, gb_s: 1, months: 12 }),
      'mine.json: free_tier.months: unknown key; known are requests, gb_s',
    ],
    [
      'an unknown architecture',
      (t) => void ((t['architectures'] as Json)['riscv'] = []),
      'mine.json: architectures.riscv: unknown key; known are x86_64, arm64',
    ],
    [
      'no architecture',
      (t) => void (t['architectures'] = {}),
      'mine.json: architectures: must hold prices for at least one of x86_64, arm64',
    ],
    ['no tier', x86([]), 'mine.json: architectures.x86_64: must hold at least one tier'],
    [
      'a negative price in a tier',
      x86([tier(null, -1)]),
      'mine.json: architectures.x86_64[0].price_per_gb_s: must be a price per GB-second, a number ≥ 0, got -1',
    ],
    [
      'an unknown key in a tier',
      x86([{ ...tier(null), from: 0 }]),
      'mine.json: architectures.x86_64[0]: must be a tier: an object of up_to_gb_s and price_per_gb_s and nothing else',
    ],
    [
      'tiers that end',
      x86([tier(10)]),
      'mine.json: architectures.x86_64[0].up_to_gb_s: must be null: the last tier has no end',
    ],
    [
      'a tier after one without an end',
      x86([tier(null), tier(null)]),
      'mine.json: architectures.x86_64[0].up_to_gb_s: must be a number: only the last tier has no end',
    ],
    [
      'tiers out of order',
      x86([tier(10), tier(10), tier(null)]),
      'mine.json: architectures.x86_64[1].up_to_gb_s: must be more than the end of the tier before it, 10, got 10',
    ],
  ])('with %s is refused in a line that names the place', async (_what, change, message) => {
    const refused = await changed(change).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(ConfigError);
    expect((refused as ConfigError).exitCode).toBe(2);
    expect((refused as ConfigError).message.split('\n')).toHaveLength(1);
    expect((refused as ConfigError).message).toContain(message);
  });

  test('that is not there, a folder, no JSON, no object, or has a key twice is refused', async () => {
    await expect(loadPrices('none.json', folder)).rejects.toThrow(new ConfigError('none.json: no such file'));
    await expect(loadPrices('.', folder)).rejects.toThrow(new ConfigError('.: is a folder'));
    await expect(loadText('{')).rejects.toThrow(/^mine\.json: line 1, column 2: is not JSON/);
    await expect(loadText('[]')).rejects.toThrow(/^mine\.json: must be an object: a table of prices/);
    // a number too large for 64 bits is no price
    await expect(loadText(JSON.stringify(original()).replace('0.2,', '1e400,'))).rejects.toThrow(/requests: must be/);
    const twice = JSON.stringify(original()).replace('{', '{"currency":"EUR",');
    await expect(loadText(twice)).rejects.toThrow(/^mine\.json: the key "currency" stands twice in one object$/);
  });

  test('never ends in anything but a table or a ConfigError, whatever stands at one place of it', async () => {
    const keys = Object.keys(original());
    const anything = fc.oneof(fc.jsonValue(), fc.constantFrom<unknown>(0, -1, null, '', [], {}, 1e300, '2026-09-19'));
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...keys), anything, async (key, value) => {
        const outcome = await changed((table) => void (table[key] = value)).catch((error: unknown) => error);
        if (outcome instanceof Error) expect(outcome).toBeInstanceOf(ConfigError);
        else
          expect(
            tiersFor(outcome as never, Object.keys((outcome as { tiers: object }).tiers)[0] as never).at(-1)!.upToGbS,
          ).toBeNull();
      }),
      { numRuns: 300 },
    );
  });
});

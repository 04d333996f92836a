import { createHash } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { ConfigError } from '../../common/errors.js';
import { packageRoot } from '../../common/package-root.js';
import { collectFindings, type Findings } from '../findings.js';
import { readJson } from '../json-text.js';
import { FileFault, readWhole } from '../named-files.js';
import { readFields } from '../read-fields.js';
import { ARCHITECTURES, type Architecture } from './architectures.js';
import { priceTableSchema, type PriceTableInput } from './schema.js';

/** What a platform takes for executions, as a file of `configs/prices/` or of a user says it. */
export interface PriceTable {
  name: string;
  platform: string;
  region: string;
  /** `YYYY-MM-DD`: when these prices were published */
  date: string;
  source: string;
  currency: string;
  granularityMs: number;
  /** `YYYY-MM-DD` */
  initBilledSince: string | null;
  pricePerMillionRequests: number;
  asynchronousEvent: { firstBytes: number; stepBytes: number } | null;
  /** of each architecture that has prices; ascending, the last without an end */
  tiers: Partial<Record<Architecture, PriceTier[]>>;
  freeTier: { requests: number; gbS: number } | null;
  /** of the file */
  sha256: string;
}

export interface PriceTier {
  /** where it ends, from the month's first GB-second; null = never */
  upToGbS: number | null;
  pricePerGbS: number;
}

const PACKAGE_FOLDER = join(packageRoot, 'configs', 'prices');
const PACKAGE_FILE = /^aws-lambda-(.+)-(\d{4}-\d{2}-\d{2})\.json$/;
/** Taken for runs in regions that no table of the package is of. */
const HABITUAL_REGION = 'us-east-1';

/**
 * Reads a table of prices.
 * @param path as the user named it: errors show it so
 * @throws ConfigError a line for each error: the file, the place in it, what is wrong
 */
export async function loadPrices(path: string, cwd = process.cwd()): Promise<PriceTable> {
  const bytes = await readWhole(resolve(cwd, path)).catch((error: unknown) => {
    throw error instanceof FileFault ? new ConfigError(`${path}: ${error.message}`) : error;
  });
  const { value, repeatedKeys } = readJson(bytes, path);
  const findings = collectFindings(path);
  for (const key of repeatedKeys) findings.error([], `the key ${JSON.stringify(key)} stands twice in one object`);
  const given = readFields(priceTableSchema, value, [], findings);
  findings.throwErrors();
  // Everything that the schema requires is there now; what it allows to be null reads as absent.
  const table = given as PriceTableInput;
  checkTiers(table, findings);
  findings.throwErrors();
  return tableOf(table, createHash('sha256').update(bytes).digest('hex'));
}

/** The newest table that the package brings for AWS Lambda: of this region if there is one, else of us-east-1. */
export async function packagePrices(region: string | undefined): Promise<PriceTable> {
  const files = readdirSync(PACKAGE_FOLDER).flatMap((name) => {
    const [, of, date] = PACKAGE_FILE.exec(name) ?? [];
    return of === undefined ? [] : [{ name, region: of, date: date! }];
  });
  const newest = (of: string | undefined) =>
    files.filter((file) => file.region === of).sort((a, b) => (a.date < b.date ? 1 : -1))[0];
  return loadPrices(join(PACKAGE_FOLDER, (newest(region) ?? newest(HABITUAL_REGION))!.name));
}

/**
 * The tiers of an architecture.
 * @throws ConfigError if the table has none for it
 */
export function tiersFor({ tiers, name, region, date }: PriceTable, architecture: Architecture): PriceTier[] {
  const found = tiers[architecture];
  if (found !== undefined) return found;
  const others = Object.keys(tiers).join(', ');
  throw new ConfigError(
    `the price table of ${name} ${region} (${date}) has no prices for ${architecture}; choose with --architecture: ${others}`,
  );
}

function checkTiers({ architectures }: PriceTableInput, findings: Findings): void {
  const listed = listedTiers(architectures);
  if (listed.length === 0)
    findings.error(['architectures'], `must hold prices for at least one of ${ARCHITECTURES.join(', ')}`);
  for (const [architecture, tiers] of listed) {
    tiers.forEach(({ up_to_gb_s: end }, i) => {
      const at = ['architectures', architecture, i, 'up_to_gb_s'];
      const isLast = i === tiers.length - 1;
      if (isLast && end !== null) findings.error(at, 'must be null: the last tier has no end');
      if (!isLast && end === null) findings.error(at, 'must be a number: only the last tier has no end');
      const before = i === 0 ? null : (tiers[i - 1]!.up_to_gb_s ?? null);
      if (end !== null && before !== null && end <= before)
        findings.error(at, `must be more than the end of the tier before it, ${before}, got ${end}`);
    });
  }
}

type Architectures = PriceTableInput['architectures'];

function listedTiers(architectures: Architectures): [Architecture, NonNullable<Architectures[Architecture]>][] {
  return ARCHITECTURES.flatMap((architecture) => {
    const tiers = architectures[architecture];
    return tiers === undefined ? [] : [[architecture, tiers]];
  });
}

function tableOf(table: PriceTableInput, sha256: string): PriceTable {
  const { asynchronous_event: event, free_tier: free, architectures } = table;
  const tiers = listedTiers(architectures).map(([architecture, list]) => [
    architecture,
    list.map((tier) => ({ upToGbS: tier.up_to_gb_s, pricePerGbS: tier.price_per_gb_s })),
  ]);
  return {
    name: table.name,
    platform: table.platform,
    region: table.region,
    date: table.date,
    source: table.source,
    currency: table.currency,
    granularityMs: table.granularity_ms,
    initBilledSince: table.init_billed_since ?? null,
    pricePerMillionRequests: table.price_per_million_requests,
    asynchronousEvent: event ? { firstBytes: event.first_bytes, stepBytes: event.step_bytes } : null,
    tiers: Object.fromEntries(tiers) as PriceTable['tiers'],
    freeTier: free ? { requests: free.requests, gbS: free.gb_s } : null,
    sha256,
  };
}

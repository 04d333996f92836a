import { isAws } from '../../platforms/lambda/hosts.js';
import type { Manifest } from '../../records/manifest.js';
import type { Architecture } from '../../workload/prices/architectures.js';
import type { PriceTable } from '../../workload/prices/load.js';
import type { Cost } from './model.js';

/** Executions of a function, or of all, that are not priced, by what they lack; and how many are priced. */
export interface Coverage {
  priced: number;
  without_record: number;
  without_memory: number;
  without_time: number;
  /** of the priced ones, those of which is known what their init added */
  init_known: number;
}

/**
 * Whether the table is the one by which this run is billed, and a phrase that says which table it is and what the figures
 * are: only AWS sends a bill, and only for its own region do its prices hold.
 */
export function basisOf(
  { endpoint }: Manifest,
  { name, platform, region, date }: PriceTable,
  architecture: Architecture,
): Pick<Cost, 'basis' | 'meaning'> {
  const prices = `list prices of ${name} in ${region} for ${architecture}, of ${date}`;
  const estimate = (reason: string): Pick<Cost, 'basis' | 'meaning'> => ({
    basis: 'estimate',
    meaning: `an estimate: what the same executions would be billed by the ${prices}; ${reason}`,
  });
  if (endpoint.kind !== platform) return estimate('the platform of this run sends no bill');
  if (!isAwsUrl(endpoint.url)) return estimate('the endpoint of this run is an emulator, which sends no bill');
  if (endpoint.region !== undefined && endpoint.region !== region)
    return estimate(`the run was in ${endpoint.region}, whose prices may differ`);
  return { basis: 'bill', meaning: `by the ${prices}` };
}

function isAwsUrl(url: string): boolean {
  return URL.canParse(url) && isAws(new URL(url).hostname);
}

/** Why there is no cost, or what it leaves out. */
export function noteOf(coverage: Coverage): string | null {
  const { priced, without_record, without_memory, without_time, init_known } = coverage;
  const lacks = [
    ...lack(without_record, 'has no record of its execution', 'have no record of their execution'),
    ...lack(without_memory, 'record tells no memory limit', 'records tell no memory limit'),
    ...lack(without_time, 'record tells no time to bill', 'records tell no time to bill'),
  ];
  if (priced === 0) return lacks.length === 0 ? 'nothing was executed' : `not known: ${lacks.join(', ')}`;
  const left = lacks.length === 0 ? [] : [`without what is not known: ${lacks.join(', ')}`];
  const init = priced - init_known;
  if (init > 0) left.push(`of ${counted(init)} of ${counted(priced)} executions nothing tells what their init added`);
  return left.length === 0 ? null : left.join('; ');
}

function lack(count: number, one: string, several: string): string[] {
  if (count === 0) return [];
  const what = count === 1 ? one : several;
  return [what.startsWith('ha') ? `${counted(count)} ${invocations(count)} ${what}` : `${counted(count)} ${what}`];
}

function invocations(count: number): string {
  return count === 1 ? 'invocation' : 'invocations';
}

function counted(count: number): string {
  return count.toLocaleString('en-US');
}

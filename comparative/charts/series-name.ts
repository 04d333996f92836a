import { shortName } from './chart.js';

/** A test is often called after its function; then one name says both. */
export function seriesName(test: string, of: string): string {
  return test === of ? shortName(of) : `${shortName(test, 24)} · ${shortName(of, 24)}`;
}

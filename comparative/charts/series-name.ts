/** A test is often called after its function; then one name says both. */
export function seriesName(test: string, of: string): string {
  return test === of ? of : `${test} · ${of}`;
}

/**
 * The load-independent part of a test's name: `_8ps` and the like (a rate per second) removed where they stand as a word
 * of their own, so that `json_dumps_8ps` and `json_dumps_16ps_cold` fall into `json_dumps` and `json_dumps_cold`, and
 * `maps_8ps` into `maps`. A name that would be left empty stays as it is.
 */
export function testCategory(test: string): string {
  const category = test.replaceAll(RATE_WORD, '');
  return category === '' ? test : category;
}

/** At a word's end: the name's end, or anything but a letter or a digit. */
const RATE_WORD = /_\d+(?:\.\d+)?ps(?![\p{L}\p{N}])/gu;

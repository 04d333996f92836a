import { expect, test } from 'vitest';
import { nearestName } from '../../workload/near-miss.js';

test.each([
  ['Poison', ['Poisson', 'Uniform'], 'Poisson'],
  ['rtae', ['rate', 'data'], 'rate'],
  ['testName', ['test_name', 'test_duration'], 'test_name'],
  ['max-in-flight', ['max_in_flight'], 'max_in_flight'],
  ['ratte', ['rate'], 'rate'],
  ['test_duration_in_secs', ['test_duration_in_seconds'], 'test_duration_in_seconds'],
  ['data_fil', ['data', 'data_file'], 'data_file'],
])('"%s" was probably meant as one of %j: %s', (word, known, meant) => {
  expect(nearestName(word, known)).toBe(meant);
});

test.each(['comment', 'note', 'owner', 'description', '', '$', 'x'])('"%s" is nobody’s misspelling', (word) => {
  expect(nearestName(word, ['test_name', 'rate', 'instances', 'endpoint', 'limits', 'url', 'cv'])).toBeUndefined();
});

import * as fc from 'fast-check';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { plainText } from '../../common/plain-text.js';
import { junitOf } from '../../comparative/junit.js';
import { resultNamed } from '../comparative/gate-result-fixture.js';
import { launchChromium } from './browser.js';

let browser: Browser;
beforeAll(async () => {
  browser = await launchChromium();
});
afterAll(async () => browser.close());

/** Class names of the test cases as Chromium's XML parser reads them; null where the document is not well-formed. */
const READ = `(documents) => documents.map((xml) => {
  const parsed = new DOMParser().parseFromString(xml, 'application/xml');
  if (parsed.querySelector('parsererror') !== null) return null;
  return [...parsed.querySelectorAll('testcase')].map((each) => each.getAttribute('classname'));
})`;

test('JUnit XML is well-formed whatever the names, and they are read as they are', async () => {
  const page = await browser.newPage();
  const names = fc.sample(
    fc.oneof(
      fc.string({ unit: 'binary', maxLength: 20 }),
      fc.string({ maxLength: 20 }),
      // halves of pairs, control characters, and what ends an attribute, an element or a section
      fc.constantFrom(
        '\ud800',
        'a\udc00b',
        '\u0000\u0008\u000b\u001f',
        '\ufffe\uffff',
        '"/>',
        ']]>',
        '<!--',
        '&#0;',
        'a\tb\nc\rd',
      ),
    ),
    { numRuns: 400, seed: 7 },
  );
  const documents = names.map((name) => junitOf(resultNamed([name])));
  const read = (await page.evaluate(`(${READ})(${JSON.stringify(documents)})`)) as (string[] | null)[];
  for (const [i, name] of names.entries()) {
    // two gates of the function; control characters as on a terminal, what else XML cannot hold is U+FFFD
    const shown = plainText(name)
      .replaceAll(/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g, '\ufffd')
      .replaceAll(/[\ufffe\uffff]/g, '\ufffd');
    expect(read[i], JSON.stringify(name)).toEqual([shown, shown]);
  }
  await page.close();
});

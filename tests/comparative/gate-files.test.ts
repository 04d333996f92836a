import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { plainText } from '../../common/plain-text.js';
import { junitOf } from '../../comparative/junit.js';
import { markdownOf } from '../../comparative/markdown.js';
import { resultNamed } from './gate-result-fixture.js';

const HOSTILE = `<b>&"'|[x](http://evil)@all\u0007`;

test('JUnit counts failures and skips, and a hostile name stays text in it', () => {
  const xml = junitOf(resultNamed([HOSTILE, 'b']));
  // of each function one gate that fails and one that has not enough data
  expect(xml).toContain('tests="4" failures="2" errors="0" skipped="2"');
  expect(xml).toContain('classname="&lt;b&gt;&amp;&quot;&apos;|[x](http://evil)@all\\u0007"');
  expect(xml).not.toContain('<b>');
});

test('an invalid run makes every case of JUnit an error', () => {
  const invalid = [{ run_id: 'r1', test: 't', reasons: ['p99 of lateness 40 ms, budget 10 ms'] }];
  const xml = junitOf(resultNamed(['a'], invalid));
  expect(xml).toContain('tests="2" failures="0" errors="2" skipped="0"');
  expect(xml).toMatch(/<error type="invalid run" message="not every run is valid: r1: p99 of lateness/);
});

test('the suite has all that the schema of Ant asks for, in its order', () => {
  const xml = junitOf(resultNamed(['a']), new Date('2026-11-21T08:00:00.123Z'));
  expect(xml).toMatch(/<testsuite name="new against old" timestamp="2026-11-21T08:00:00" hostname="[^"]+" tests=/);
  expect(xml.match(/<(properties|testcase|system-out|system-err)\b/g)).toEqual([
    '<properties',
    '<testcase',
    '<testcase',
    '<system-out',
    '<system-err',
  ]);
  expect(xml.match(/<(failure|error) (?!type=)/)).toBeNull();
});

test('different machines are said first in Markdown, then what else differs', () => {
  const lines = markdownOf(resultNamed(['a'])).split('\n');
  expect(lines[2]).toMatch(/^- ⚠️ \*\*DIFFERENT MACHINES: host lab → vm\./);
  expect(lines[3]).toBe('- config instances.a.rate: 8 → 16');
});

/** Anything that somebody may call a test or a function, and much that nobody would. */
const NAMES = fc.array(
  fc.oneof(
    fc.string({ unit: 'binary', minLength: 1, maxLength: 12 }),
    fc.constantFrom(
      '|',
      '\\',
      '`',
      '<b>',
      '\n',
      '\r\n',
      '@all',
      '#1',
      '[x](y)',
      '![i](z)',
      'www.a.b',
      'http://a.b',
      '- ',
      '1. ',
      '&#64;',
    ),
  ),
  { minLength: 1, maxLength: 4 },
);

test('whatever a name holds, Markdown keeps its lines and cells, and the name reads as it is', () => {
  fc.assert(
    fc.property(NAMES, (parts) => {
      const name = parts.join('');
      const lines = markdownOf(resultNamed([name])).split('\n');
      const [row] = lines.filter((line) => line.startsWith('| ')).slice(1);
      // eight cells between nine bars, none of which the name added
      expect(row!.split('|')).toHaveLength(10);
      const cell = row!.split('|')[1]!;
      // nothing that begins markup, a link, a mention or a reference stands there by itself
      expect(cell.replaceAll(/&#\d+;/g, 'x')).not.toMatch(/[\\`*_[\]#<>@~$&]|:\S|www\.|^ ([-+=]|\d+[.)])/i);
      const decoded = cell.replaceAll(/&#(\d+);/g, (_, code: string) => String.fromCharCode(Number(code)));
      // control characters and marks of direction as on a terminal; blanks as one
      const told = plainText(name).replaceAll('\u2060', '').replaceAll(/\s+/g, ' ').trim();
      expect(decoded.replaceAll('\u2060', '').trim()).toBe(told);
      expect(lines.slice(2).every((line) => line === '' || /^(- |\|)/.test(line))).toBe(true);
    }),
  );
});

test('a comment with thousands of functions stays within what GitHub accepts, and says what it leaves out', () => {
  const markdown = markdownOf(resultNamed(Array.from({ length: 3_000 }, (_, i) => `function-${i}`)));
  expect(markdown.length).toBeLessThan(65_536);
  expect(markdown).toMatch(/- and [\d,]+ lines more \(--report, --json\)/);
  expect(markdown).toMatch(/\n[\d,]+ more rows are left out/);
});

test('a comment says by what each figure was found, of how many, and with which p; and why gates and sentences may part', () => {
  const lines = markdownOf(resultNamed(['a'])).split('\n');
  const [heading, , p99] = lines.filter((line) => line.startsWith('|'));
  expect(heading).toBe('| function | measure | baseline | candidate | change | 95 % | p (Holm) | by |');
  expect(p99!.replaceAll(/&#(\d+);/g, (_, code: string) => String.fromCharCode(Number(code)))).toBe(
    '| a | response p99 | 1 ms | 1 ms | +18 % | [+9, +28] | 0.40 | welch t, 5 and 5 runs |',
  );
  expect(lines).toContainEqual(expect.stringMatching(/^- Each gate judges its 95 % interval by itself; findings/));
});

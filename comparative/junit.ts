import { hostname } from 'node:os';
import { plainLines, plainText } from '../common/plain-text.js';
import type { GateResult } from './judge.js';
import type { ComparisonResult } from './result.js';

/**
 * A test case a gate and function; not enough data is skipped, an invalid run is an error of all. Valid by the schema of
 * Ant's reports, which asks for more than others, and by that of Jenkins' xUnit plugin.
 * @param now when the gates were judged
 */
export function junitOf({ gates, invalid, sides }: ComparisonResult, now = new Date()): string {
  const suite = sides === null ? 'comparison' : plainText(`${sides.candidate.label} against ${sides.baseline.label}`);
  const count = (verdict: GateResult['verdict']) => gates.filter((gate) => gate.verdict === verdict).length;
  const reasons = invalid.map(({ run_id, reasons: of }) => plainText(`${run_id}: ${of.join('; ')}`)).join(' · ');
  const outcome = ({ verdict, text }: GateResult) => {
    if (reasons !== '') return `<error type="invalid run" message="${xml(`not every run is valid: ${reasons}`)}"/>`;
    if (verdict === 'fail') return `<failure type="gate" message="${xml(text)}"/>`;
    return verdict === 'pass' ? '' : `<skipped message="${xml(text)}"/>`;
  };
  const errors = reasons === '' ? 0 : gates.length;
  const [failures, skipped] = errors > 0 ? [0, 0] : [count('fail'), count('not enough data')];
  const suiteAttributes = {
    name: suite,
    timestamp: now.toISOString().slice(0, 19),
    hostname: hostname(),
    tests: gates.length,
    failures,
    errors,
    skipped,
    time: 0,
  };
  const said = gates.map(({ text }) => text).join('\n');
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuite ${attributes(suiteAttributes)}>`,
    '  <properties/>',
    ...gates.map(
      (gate) =>
        `  <testcase ${attributes({ classname: gate.group, name: gate.gate, time: 0 })}>${outcome(gate)}</testcase>`,
    ),
    `  <system-out>${xml(said)}</system-out>`,
    '  <system-err/>',
    '</testsuite>',
    '',
  ].join('\n');
}

function attributes(values: Record<string, string | number>): string {
  return Object.entries(values)
    .map(([name, value]) => `${name}="${xml(String(value))}"`)
    .join(' ');
}

const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&apos;' };

/** Text of an element or an attribute: control characters are escaped as on a terminal; what else XML 1.0 does not know, and halves of pairs, become U+FFFD. */
function xml(text: string): string {
  return plainLines(text)
    .replaceAll(/[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/g, '\uFFFD')
    .replaceAll(/[\uFFFE\uFFFF]/g, '\uFFFD')
    .replaceAll(/[&<>"']/g, (char) => ENTITIES[char]!)
    .replaceAll('\n', '&#10;');
}

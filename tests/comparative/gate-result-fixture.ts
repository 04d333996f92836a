import { parseGate } from '../../comparative/gate.js';
import { judge } from '../../comparative/judge.js';
import type { ComparisonResult } from '../../comparative/result.js';
import { comparison } from './comparison-fixture.js';

/** What a comparison found of functions of such names: each fails one gate and has not enough data for another. */
export function resultNamed(names: string[], invalid: ComparisonResult['invalid'] = []): ComparisonResult {
  const comparisons = names.flatMap((name) => [
    comparison('p99', [1.18, 1.09, 1.28], { name, function: name }),
    comparison('p50', [1.06, 1.01, 1.12], { name, function: name }),
  ]);
  return {
    sides: { baseline: { label: 'old', runs: ['1'] }, candidate: { label: 'new', runs: ['2'] }, chosen: null },
    gates: judge([parseGate('p99 +5%'), parseGate('p50 +5%')], { comparisons, unpaired: [], invalid }),
    comparisons,
    unpaired: [],
    sentences: names.map((name) => ({ group: name, scope: 'function', text: `${name}: slower`, tone: 'worse' })),
    settings: [
      { setting: 'host', baseline: ['lab'], candidate: ['vm'], environment: true, machine: true },
      { setting: 'config instances.a.rate', baseline: ['8'], candidate: ['16'], environment: false, machine: false },
    ],
    invalid,
  } as Partial<ComparisonResult> as ComparisonResult;
}

import { expect, test } from 'vitest';
import { localeNumbers } from '../../../monitoring/parsers/perf-numbers.js';

test.each([
  ['0', 0],
  ['1234567', 1_234_567],
  ['1,234,567', 1_234_567],
  ['1.234.567', 1_234_567],
  ['1’234’567', 1_234_567],
  ["1'234'567", 1_234_567],
  ['1\u202f234\u202f567', 1_234_567],
  ['1\u00a0234\u00a0567', 1_234_567],
  ['1,56,16,67,303', 1_561_667_303],
  ['1.234.567,89', 1_234_567.89],
  ['1,234,567.89', 1_234_567.89],
  ['1\u202f234,50', 1234.5],
  // perf prints no three decimals
  ['1.234', 1234],
  ['1,234', 1234],
  ['601,16', 601.16],
  ['601.16', 601.16],
  // no group begins with a zero, nor has one more than three digits
  ['0.123', 0.123],
  ['1001.875640', 1001.87564],
])('%j is %d', (text, number) => {
  expect(localeNumbers()(text)).toBe(number);
});

test.each([
  '',
  '.',
  ',12',
  '12,',
  '1,,234',
  '1.23.4',
  '1,234.567.890',
  '12,34,56',
  '-5',
  '1e5',
  '0x10',
  '1/2',
  'NaN',
  '1’234’56',
])('%j is no number', (text) => {
  expect(localeNumbers()(text)).toBe(null);
});

test('what the file has shown decides', () => {
  const germanSeen = localeNumbers();
  expect(germanSeen('601,16')).toBe(601.16);
  expect(germanSeen('1.234')).toBe(1234);
  // Here a comma is the decimal mark, and no number has three decimals.
  expect(germanSeen('1,234')).toBe(null);
  const englishSeen = localeNumbers();
  expect(englishSeen('1,234,567')).toBe(1_234_567);
  expect(englishSeen('601,16')).toBe(null);
  expect(englishSeen('601.16')).toBe(601.16);
  expect(englishSeen('1.234')).toBe(null);
});

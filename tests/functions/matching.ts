import { expect } from 'vitest';

/** `expected` of a manifest as vitest's matchers: `<number>` and its like stand for what is measured. */
export function matching(value: unknown): unknown {
  if (value === '<number>') return expect.any(Number);
  if (value === '<text>') return expect.any(String);
  if (value === '<text or null>') return expect.toSatisfy((text) => text === null || typeof text === 'string');
  if (Array.isArray(value)) return value.map(matching);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, matching(inner)]));
}

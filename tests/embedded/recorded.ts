import { readFileSync } from 'node:fs';
import { expect } from 'vitest';
import { jsonIn, type Answer, type Json } from './platform-fixture.js';

/** An answer of the real system, as it was recorded. */
export interface Recorded {
  status: number;
  phrase: string;
  headerNames: string[];
  text: string;
  json: Json;
}

/** The answers in a recording: most hold one. */
export function recorded(path: string): Recorded[] {
  const text = readFileSync(`tests/fixtures/${path}`, 'utf8').replaceAll('\r\n', '\n');
  const starts = [...text.matchAll(/^HTTP\/1\.1 (\d+) (.*)$/gm)];
  return starts
    .map((start, i) => {
      const block = text.slice(start.index, starts[i + 1]?.index);
      const headEnd = block.indexOf('\n\n');
      const names = block
        .slice(0, headEnd)
        .split('\n')
        .slice(1)
        .map((line) => line.slice(0, line.indexOf(':')));
      // a comment line leads the next answer of the same file
      const body = block
        .slice(headEnd + 2)
        .replace(/\n#[^\n]*\n$/, '\n')
        .trimEnd();
      return { status: Number(start[1]), phrase: start[2]!, headerNames: names, text: body, json: jsonIn(body) };
    })
    .filter(({ status }) => status !== 100);
}

/** Names of headers without those of the connection itself, sorted. */
export function headerSet(names: readonly string[]): string[] {
  const ofConnection = ['connection', 'keep-alive', 'transfer-encoding', 'content-length'];
  return names.filter((name) => !ofConnection.includes(name.toLowerCase())).toSorted();
}

/**
 * The structure of a value: keys in order, with the type in place of each value. An annotation keeps its key, since that is
 * what its value's type depends on; lists of like elements shrink to one of them.
 */
export function shapeOf(value: unknown): unknown {
  if (Array.isArray(value)) {
    const shapes = value.map(shapeOf);
    return shapes.filter((shape, i) => JSON.stringify(shape) !== JSON.stringify(shapes[i - 1]));
  }
  if (typeof value !== 'object' || value === null) return value === null ? 'null' : typeof value;
  return Object.entries(value).map(([key, inner]) => [key, key === 'key' && 'value' in value ? inner : shapeOf(inner)]);
}

/** Expects the same status line, header names, and structure of the body. */
export function expectAlike(ours: Answer, real: Recorded): void {
  expect([ours.status, ours.phrase]).toEqual([real.status, real.phrase]);
  expect(headerSet(ours.headerNames)).toEqual(headerSet(real.headerNames));
  expect(shapeOf(ours.json)).toEqual(shapeOf(real.json));
}

/** Expects OpenWhisk's answer of that recording, and where it is a fault also its sentence. */
export async function expectLikeOpenwhisk(file: string, ours: Promise<Answer>): Promise<Answer> {
  const [real] = recorded(`openwhisk/responses/${file}.txt`);
  const answer = await ours;
  expectAlike(answer, real!);
  expect(answer.headers['x-request-id']).toMatch(/^[A-Za-z0-9]{32}$/);
  if (real!.json?.code !== undefined) {
    expect(answer.json.error).toBe(real!.json.error);
    expect(answer.json.code).toBe(answer.headers['x-request-id']);
  }
  return answer;
}

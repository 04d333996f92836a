import fc from 'fast-check';
import { join, resolve, sep } from 'node:path';
import { expect, test } from 'vitest';
import { nameHere } from '../../../monitoring/remote/files-home.js';
import { EndlessLine, lineCutter } from '../../../monitoring/remote/lines.js';
import { decodedBase64, encoded, readAnswer } from '../../../monitoring/remote/protocol.js';

/** Lines that are nearly the agent's, beside any others. */
const nearlyAnswers = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc
    .tuple(
      fc.constantFrom(
        'clock',
        'file',
        'left',
        'ended',
        'samples over',
        'files over',
        'fault',
        'faaslab-agent',
        'done',
        '.',
      ),
      fc.array(fc.oneof(fc.nat().map(String), fc.base64String(), fc.string(), fc.constant('-1')), { maxLength: 3 }),
    )
    .map(([word, rest]) => [word, ...rest].join(' ')),
);

test('whatever bytes come, cut as they may be, reading them throws nothing but that a line has no end', () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 40 })), fc.integer({ min: 1, max: 60 }), (chunks, longest) => {
      const cut = lineCutter(longest);
      try {
        for (const chunk of chunks) for (const line of cut(Buffer.from(chunk))) readAnswer(line);
      } catch (error) {
        expect(error).toBeInstanceOf(EndlessLine);
      }
    }),
  );
});

test('lines are the same however their bytes are cut', () => {
  fc.assert(
    fc.property(
      fc.array(fc.string({ unit: 'grapheme' }).filter((text) => !text.includes('\n'))),
      fc.infiniteStream(fc.integer({ min: 1, max: 9 })),
      (lines, sizes) => {
        const bytes = Buffer.from(`${lines.map((line) => `${line}\n`).join('')}the rest`);
        const cut = lineCutter(10_000);
        const seen: string[] = [];
        for (let from = 0; from < bytes.length;) {
          const size = sizes.next().value;
          seen.push(...cut(bytes.subarray(from, from + size)));
          from += size;
        }
        expect(seen).toEqual(lines);
      },
    ),
  );
});

test('a line of the longest length is one, and a byte more is none', () => {
  const line = (bytes: number): Buffer => Buffer.from(`${'x'.repeat(bytes)}\n`);
  expect([...lineCutter(5)(line(5))]).toEqual(['xxxxx']);
  expect(() => [...lineCutter(5)(line(6))]).toThrow(EndlessLine);
  const cut = lineCutter(5);
  expect([...cut(Buffer.from('xxx'))]).toEqual([]);
  expect(() => [...cut(Buffer.from('xxx'))]).toThrow(EndlessLine);
});

test('whatever an answer says, its numbers are numbers and its names decode', () => {
  fc.assert(
    fc.property(nearlyAnswers, (line) => {
      const answer = readAnswer(line);
      if (answer.kind === 'clock') expect(answer.epochMs).toBeGreaterThanOrEqual(0);
      if (answer.kind === 'ended' || answer.kind === 'samples over') expect(answer.status ?? 0).toBeLessThan(1_000);
      if (answer.kind === 'file' || answer.kind === 'left') {
        expect(answer.size).toBeGreaterThanOrEqual(-1);
        expect(answer.name).not.toBe('');
      }
      if (answer.kind === 'unknown') expect(answer.line).toBe(line);
    }),
  );
});

test('whatever name a host gives, the file lies in the folder of the host, and is not ours', () => {
  const folder = '/run/monitors/node-1';
  const odd = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.string({ unit: fc.constantFrom('.', '/', '\\', '%', '2', 'e', 'f', '\0', '\n', '~'), maxLength: 30 }),
    fc.constantFrom('.', '..', '...', '../..', 'sampler.ndjson', '/etc/passwd', 'a'.repeat(5_000)),
  );
  fc.assert(
    fc.property(odd, (name) => {
      const here = nameHere(name, new Set(['sampler.ndjson']));
      if (here === null) return;
      expect(resolve(folder, here)).toBe(join(folder, here));
      expect(here).not.toContain(sep);
      expect(['', '.', '..', 'sampler.ndjson']).not.toContain(here);
      // A file system takes 255 bytes, and what is written beside adds some.
      expect(Buffer.byteLength(here)).toBeLessThanOrEqual(200);
    }),
  );
});

test('two files of one host never take the same name here', () => {
  const taken = new Set(['sampler.ndjson']);
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (one, other) => {
      fc.pre(one !== other && nameHere(one, taken) !== null);
      expect(nameHere(one, taken)).not.toBe(nameHere(other, taken));
    }),
  );
});

test('what is sent in base64 comes back as it was, and what is no base64 is refused', () => {
  fc.assert(
    fc.property(fc.uint8Array(), (bytes) => {
      const text = encoded(bytes);
      expect(text).not.toMatch(/[^A-Za-z0-9+/=]/);
      expect(decodedBase64(text)).toEqual(Buffer.from(bytes));
    }),
  );
  for (const text of ['YWJ', 'YW J', 'YWJ\0', 'Y===', '=YWJ', 'YWJj\n', 'ÄWJj', '-_-_']) {
    expect(decodedBase64(text)).toBeNull();
  }
});

test('each answer of the agent is read', () => {
  expect(readAnswer('faaslab-agent 1')).toEqual({ kind: 'hello' });
  expect(readAnswer('faaslab-agent 2')).toEqual({ kind: 'unknown', line: 'faaslab-agent 2' });
  expect(readAnswer('clock 1795581869871167')).toEqual({ kind: 'clock', epochMs: 1_795_581_869_871.167 });
  expect(readAnswer('samples over 143')).toEqual({ kind: 'samples over', status: 143 });
  expect(readAnswer('samples over')).toEqual({ kind: 'samples over', status: null });
  expect(readAnswer(`left ${encoded('a b\n')} -1`)).toEqual({ kind: 'left', name: 'a b\n', size: -1 });
  expect(readAnswer(`file ${encoded('x')} 3`)).toEqual({ kind: 'file', name: 'x', size: 3 });
  expect(readAnswer('files over 12')).toEqual({ kind: 'files over', more: 12 });
  expect(readAnswer('fault no room')).toEqual({ kind: 'fault', why: 'no room' });
});

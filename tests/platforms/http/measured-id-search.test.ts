import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, onTestFinished, test } from 'vitest';
import { BodyReader } from '../../../platforms/http/body-reader.js';
import { LONGEST_MATCH, MEASURED_PATTERNS, type MeasuredIds } from '../../../records/measured-ids.js';
import { callFunction, RUNTIMES } from '../../functions/call-function.js';

const IDS: MeasuredIds = {
  exist_id: 'bf059391-34f7-42b7-9f1b-97ce090b3ca3',
  new_id: '038b59dc-7cd3-4689-964a-d98ee74d66d6',
};
const STAT = { ...IDS, vm_id: null, inst_id: null, uptime: '891.72,1782.32', cpu_info: '2,Intel(R) Xeon(R)' };
const LINE = `${IDS.exist_id}#${IDS.new_id}#None#None#169.254.26.61#891.72,1782.32#1560971126581.375`;

/** An answer in every form in which faas_measure's stands on the wire, after and before other commands' results. */
const FORMS: [string, (before: string, after: string) => string][] = [
  ['JSON, as OpenWhisk and plain endpoints give it', (before, after) => JSON.stringify({ before, stat: STAT, after })],
  ['JSON as Python writes it', (before, after) => `{"a": "${before}", "stat": ${spaced(STAT)}, "b": "${after}"}`],
  ['JSON in one string, as Lambda gives it', (b, a) => JSON.stringify(JSON.stringify({ b, stat: STAT, a }))],
  [
    'JSON in one string, as Python writes it',
    (before, after) => JSON.stringify(`{"a": "${before}", "stat": ${spaced(STAT)}, "b": "${after}"}`),
  ],
  ['JSON in a string of a string', (b, a) => JSON.stringify(JSON.stringify(JSON.stringify({ b, stat: STAT, a })))],
  [
    'the ids in another order',
    (before, after) =>
      JSON.stringify({ before, stat: { b: 1, new_id: IDS.new_id, uptime: '', exist_id: IDS.exist_id }, after }),
  ],
  ['a line, as it is', (before, after) => `${before === '' ? '' : `${before}#`}${LINE}#${after}`],
  ['a line in one string', (before, after) => JSON.stringify(`${before === '' ? '' : `${before}#`}${LINE}#${after}`)],
  [
    'a line as a result of OpenWhisk',
    (before, after) => JSON.stringify({ result: `${before === '' ? '' : `${before}#`}${LINE}#${after}` }),
  ],
];

function spaced(value: object): string {
  const fields = Object.entries(value).map(([name, value]) => `"${name}": ${JSON.stringify(value)}`);
  return `{${fields.join(', ')}}`;
}

/** What a reader that keeps so much finds in a body that comes in such pieces. */
function foundIn(body: Buffer, keepBytes: number, cuts: readonly number[]): MeasuredIds | null {
  const reader = new BodyReader(keepBytes);
  reader.beginCounted(body.length);
  const ends = [...cuts.map((cut) => cut % body.length), body.length].sort((a, b) => a - b);
  let from = 0;
  for (const end of ends) {
    // each piece lies in memory that is written over afterwards, as the socket's is
    const piece = Buffer.from(body.subarray(from, end));
    reader.read(piece, 0, piece.length);
    piece.fill(0x23);
    from = end;
  }
  expect([reader.complete, reader.bytes]).toEqual([true, body.length]);
  return reader.measuredIds;
}

/** Results of other commands: digits and what stands between them, so also what looks like the beginning of an id. */
const filler = fc.string({ unit: fc.constantFrom('0', '4', 'a', 'f', '-', ';', '.', 'é'), maxLength: 400 });
const cuts = fc.array(fc.nat(5_000), { maxLength: 12 });

test.each(FORMS)('the ids are found beyond what is kept, wherever the pieces of the answer are cut: %s', (_, form) => {
  fc.assert(
    fc.property(filler, filler, cuts, fc.double({ min: 0, max: 1, noNaN: true }), (before, after, cuts, share) => {
      const body = Buffer.from(form(before, after));
      const keepBytes = 1 + Math.floor(share * (body.length - 2));
      expect(foundIn(body, keepBytes, cuts)).toEqual(IDS);
    }),
    { numRuns: 300 },
  );
});

test('byte by byte, and with the cut between what is kept and the rest at every byte', () => {
  for (const [, form] of FORMS) {
    const body = Buffer.from(form('1;2', ''));
    const everywhere = Array.from(body, (_, i) => i);
    for (let keepBytes = 1; keepBytes < body.length; keepBytes += 1) {
      expect(foundIn(body, keepBytes, [])).toEqual(IDS);
      expect(foundIn(body, keepBytes, everywhere)).toEqual(IDS);
    }
  }
});

test('an answer that is kept whole is not searched: its ids lie in it', () => {
  const body = Buffer.from(LINE);
  expect(foundIn(body, body.length, [])).toBeNull();
});

test('nothing is searched where no bodies are kept', () => {
  expect(foundIn(Buffer.from(LINE), 0, [])).toBeNull();
});

test('the next answer on a connection does not inherit the ids', () => {
  const reader = new BodyReader(10);
  for (const [body, ids] of [
    [LINE, IDS],
    ['x'.repeat(200), null],
  ] as const) {
    reader.forget();
    reader.beginCounted(body.length);
    reader.read(Buffer.from(body), 0, body.length);
    expect(reader.measuredIds).toEqual(ids);
  }
});

test.each([
  ['no exist_id, where the worker has no temporary folder', `{"stat":{"exist_id":null,"new_id":"${IDS.new_id}"}}`],
  ['the same as a line', `None#${IDS.new_id}#None`],
  ['stat failed', '{"stat":null,"errors":["stat: no"]}'],
  ['a line cut off', `${IDS.exist_id}#${IDS.new_id}`],
  ['an id that goes on', `a${LINE}`],
  ['ids that are none', '{"exist_id":"one","new_id":"two"}'],
  ['two ids of somebody else', `{"a":"${IDS.exist_id}","b":"${IDS.new_id}"}`],
])('nothing is guessed: %s', (_, text) => {
  for (const cuts of [[], [1], Array.from(text, (_, i) => i)])
    expect(foundIn(Buffer.from(`${text} and more`), 2, cuts)).toBeNull();
});

test('no pattern can match more than LONGEST_MATCH characters', () => {
  const id = String.raw`\\\"exist_id\\\"${' '.repeat(8)}:${' '.repeat(8)}\\\"${IDS.exist_id}\\\"`;
  expect(new RegExp(`^${MEASURED_PATTERNS.exist_id}$`).test(id)).toBe(true);
  expect(id).toHaveLength(LONGEST_MATCH);
  expect(`"${IDS.exist_id}#${IDS.new_id}#`.length).toBeLessThan(LONGEST_MATCH);
});

describe.each(RUNTIMES)('what the function itself answers on %s', (runtime) => {
  const file = `faas_measure/faas_measure.${runtime === 'python' ? 'py' : 'js'}`;
  const forms = (['main', 'handler'] as const).flatMap((entry) =>
    ['json', 'text'].map((format) => ({ entry, format })),
  );
  test.each(forms)('$entry, $format: the first is cold, the second of the same worker', async ({ entry, format }) => {
    const folder = mkdtempSync(join(tmpdir(), 'faaslab-ids-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    // The distinct times among 2,000 readings come first, and are longer than what is kept of the answer.
    const payload = { cmds: { cpuu: { n: 2_000 }, stat: { argv: 1 }, cpu: { n: 5 } }, format };
    const called = await callFunction(file, runtime, entry, [payload, payload], { ...process.env, TMPDIR: folder });
    const [first, second] = called.map(({ answer }) => foundIn(Buffer.from(JSON.stringify(answer)), 64, [1_000])!);
    expect(first!.exist_id).toBe(first!.new_id);
    expect(second).toEqual({ exist_id: first!.exist_id, new_id: expect.not.stringMatching(first!.new_id) as string });
  });
});

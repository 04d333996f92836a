import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import { captureLogs, type LogCapture } from '../../../embedded/execution/log-capture.js';

const MARK = 'end-of-log-X';

/** A capture of two streams, and the texts of the logs that have ended. */
function capture(): LogCapture & {
  out(text: string): void;
  err(text: string): void;
  open(id: string, limit?: number): void;
  ended: Record<string, string[]>;
} {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  const logs = captureLogs([stdout, stderr], MARK);
  const ended: Record<string, string[]> = {};
  return {
    ...logs,
    ended,
    out: (text) => void stdout.emit('data', Buffer.from(text)),
    err: (text) => void stderr.emit('data', Buffer.from(text)),
    open(id, limit = 10_000) {
      logs.begin(id, limit, 0, (lines) => (ended[id] = lines.map((line) => line.slice(line.indexOf(' ') + 1))));
    },
  };
}

test('a log ends with the later one of its marks, and what comes between them is in the next one', () => {
  const { open, out, err, ended } = capture();
  open('a');
  out(`one\n${MARK}\nbetween\n`);
  err('two\n');
  expect(ended).toEqual({});
  err(`${MARK}\nalone\n`);
  open('b');
  out(`three\n${MARK}\n`);
  err(`${MARK}\n`);
  expect(ended).toEqual({ a: ['one', 'two'], b: ['between', 'alone', 'three'] });
});

test('a log that is given up takes what has no end yet and says so; one that has ended is left alone', () => {
  const { open, out, err, giveUp, ended } = capture();
  open('a');
  out(`one\n${MARK}\n`);
  err('two');
  giveUp('a');
  open('b');
  out('three');
  giveUp('a');
  out(`\n${MARK}\n`);
  err(`${MARK}\n`);
  const INCOMPLETE = 'There was an issue while collecting your logs. Data might be missing.';
  expect(ended).toEqual({ a: ['one', 'two', INCOMPLETE], b: ['three'] });
});

test('of what is written while nothing is executed 1 MB is kept, and said to be no more; a log without room takes none', () => {
  const { open, out, err, ended } = capture();
  const end = (): void => [out, err].forEach((write) => write(`${MARK}\n`));
  const flood = (): void => {
    // 1,071 bytes each: 1 MB = 1,048,576 bytes hold 979 of them
    for (let i = 0; i < 2_000; i += 1) out(`${'x'.repeat(1_000)}\n`);
  };
  flood();
  open('none', 0);
  out('own\n');
  end();
  flood();
  open('all', 10 * 2 ** 20);
  out('own\n');
  end();
  expect(ended['none']).toEqual([]);
  expect(ended['all']).toHaveLength(981);
  expect(ended['all']!.slice(-2)).toEqual([
    'Logs were truncated because the total bytes size exceeds the limit of 1048576 bytes.',
    'own',
  ]);
});

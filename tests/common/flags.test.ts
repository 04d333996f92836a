import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { ConfigError } from '../../common/errors.js';
import { parseFlags } from '../../common/flags.js';

const COMMAND = {
  name: 'Program',
  usage: ['-c FILE', 'list'],
  purpose: 'Does what a test needs.',
  flags: {
    config: { alias: 'c', type: 'string', value: 'FILE', describe: 'a file' },
    read_results: { alias: ['r', 'read-results'], type: 'boolean', describe: 'a switch' },
    wait: { type: 'number', value: 'SECONDS', default: 60, describe: 'a number' },
    to: { type: 'string', choices: ['here', 'there'], describe: 'one of two' },
    tables: { type: 'string', value: '[KIND]', choices: ['', 'csv'], describe: 'a value that may be left out' },
    gate: { type: 'string', value: 'RULE', repeatable: 'each', describe: 'several times' },
    logs: { type: 'string', value: 'FILE…', repeatable: 'list', describe: 'several values' },
  },
} as const;

const parse = (args: string[], takesWords = false) => parseFlags(args, { ...COMMAND, takesWords });

test('flags come with their types and defaults; what was not given is undefined, false or empty', async () => {
  const { flags } = (await parse([]))!;
  expect(flags).toMatchObject({ read_results: false, wait: 60, gate: [], logs: [] });
  expect([flags.config, flags.to, flags.tables]).toEqual([undefined, undefined, undefined]);
});

test('letters may be joined, spellings with dash and underscore mean the same', async () => {
  for (const args of [
    ['-rc', 'a.json'],
    ['--read-results', '--config=a.json'],
    ['--read_results', '-c', 'a.json'],
  ]) {
    expect((await parse(args))!.flags).toMatchObject({ config: 'a.json', read_results: true });
  }
});

test('a repeatable flag keeps its order, one value each or several at once', async () => {
  const args = ['--gate', 'p99 +5%', '--gate', 'mean +1%', '--logs', 'a', 'b', '--wait', '1.5'];
  expect((await parse(args))!.flags).toMatchObject({ gate: ['p99 +5%', 'mean +1%'], logs: ['a', 'b'], wait: 1.5 });
});

test('values that look like numbers stay text where a text is meant, also among words', async () => {
  const parsed = await parse(['1.0', '-c', '007'], true);
  expect(parsed).toMatchObject({ flags: { config: '007' }, words: ['1.0'] });
});

test('a value may be left out where the help says so in brackets', async () => {
  expect((await parse(['--tables']))!.flags.tables).toBe('');
  expect((await parse(['--tables', 'csv']))!.flags.tables).toBe('csv');
});

describe('what cannot be meant is refused in one line', () => {
  const cases: [string, string[], RegExp][] = [
    ['an unknown flag', ['--colour'], /Unknown argument: colour/],
    ['a flag given twice', ['-c', 'a', '-c', 'b'], /--config may be given once only/],
    ['a missing value', ['-c'], /Not enough arguments following: c/],
    ['an empty value', ['--config='], /--config needs a value/],
    ['a number that is none', ['--wait', 'long'], /--wait must be a number/],
    ['a value outside the choice', ['--to', 'nowhere'], /Invalid values: .*to.*nowhere.*here.*there/],
    ['a word that nobody reads', ['a.json'], /"a\.json" is not a flag/],
  ];
  test.each(cases)('%s', async (_, args, says) => {
    const refused = parse(args);
    await expect(refused).rejects.toThrow(ConfigError);
    await expect(refused).rejects.toThrow(says);
    await expect(refused).rejects.toThrow(/^[^\n]* \(Program --help shows the flags\)$/);
  });
});

describe('the help', () => {
  let printed: string;
  beforeEach(() => {
    printed = '';
    vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
      printed += String(text);
      return true;
    });
  });
  afterEach(() => void vi.restoreAllMocks());

  test('names every form, flag, value and default, and nothing else happens', async () => {
    expect(await parse(['--help', '--unknown'])).toBeNull();
    expect(printed).toBe(
      [
        'Program -c FILE',
        'Program list',
        '',
        'Does what a test needs.',
        '',
        '  -c, --config FILE    a file',
        '  -r, --read_results   a switch',
        '      --wait SECONDS   a number (default 60)',
        '      --to here|there  one of two',
        '      --tables [KIND]  a value that may be left out',
        '      --gate RULE      several times',
        '      --logs FILE…     several values',
        '  -h, --help           this text',
        '',
      ].join('\n'),
    );
  });
});

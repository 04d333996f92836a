import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { hideSecrets, isSecretKey, withoutSecretsIn } from '../../common/secrets.js';

describe('keys', () => {
  test.each(
    'DB_PASS dbPass PGPASSWORD passwd pwd db_pwd userPwd DBPASS api_key apiKey X-Api-Key APIKEY token x-token accessToken GITHUB_TOKEN client_secret secretAccessKey AWS_SECRET_ACCESS_KEY authorization Proxy-Authorization auth auth_key private_key cookie Set-Cookie credentials connectionString'.split(
      ' ',
    ),
  )('%s says that its value is a secret', (key) => expect(isSecretKey(key)).toBe(true));
  test.each('author bypass compass key monkey rate application passes seed keyboard url authoring spwn'.split(' '))(
    '%s does not',
    (key) => expect(isSecretKey(key)).toBe(false),
  );
});

describe('texts', () => {
  // Put together here, so that no scanner takes them for leaked ones.
  const github = `gh${'p_'}${'a1B2'.repeat(9)}`;
  const aws = `AK${'IA'}IOSFODNN7EXAMPLE`;
  const jwt = `ey${'J'}hbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl`;
  test.each([
    ['https://me:hunter2@db.example:5984/x', 'https://(hidden)@db.example:5984/x'],
    ['https://hunter2@db.example', 'https://(hidden)@db.example'],
    ['https://h.example/p?token=hunter2&a=1', 'https://h.example/p?(hidden)'],
    ['see https://h.example/p?sig=hunter2#hunter2, then', 'see https://h.example/p?(hidden) then'],
    ['https://h.example/p#hunter2', 'https://h.example/p?(hidden)'],
    ['postgres://u:hunter2@h/db', 'postgres://(hidden)@h/db'],
    ['curl -u admin:hunter2@db.example', 'curl -u (hidden)@db.example'],
    [`key ${github}`, 'key (hidden)'],
    [`${aws} of us`, '(hidden) of us'],
    ['Authorization: Bearer hunter2', 'Authorization: (hidden) (hidden)'],
    ['Basic bWU6aHVudGVyMg==', 'Basic (hidden)'],
    [`it sent ${jwt}`, 'it sent (hidden)'],
    ['DB_PASS=hunter2 node x.js', 'DB_PASS=(hidden) node x.js'],
    ['run --token hunter2 -v', 'run --token (hidden) -v'],
    ['{"apiKey": "hunter2", "rate": 8}', '{"apiKey": "(hidden)", "rate": 8}'],
    ['-----BEGIN RSA PRIVATE KEY-----\nhunter2\n-----END RSA PRIVATE KEY-----', '(hidden)'],
    [`23bc46b1-71f6-4ed5-8c54-816aa4f8c502:${'hunter2x'.repeat(8)}`, '(hidden)'],
  ])('of %j no secret stays', (text, shown) => expect(hideSecrets(text)).toBe(shown));

  test.each([
    'http://127.0.0.1:3233',
    'https://h.example/@scope/name',
    'python:3@sha256:abcdef',
    'p99 of lateness 40 ms, budget 10 ms',
    'instance1 of hello: rate 8, Poisson',
    'basic latency',
    'nodejs:20',
    '2026-11-21T08:00:00Z',
    'step 1/2: user@host',
    '/guest/package/action',
  ])('%j holds none and stays', (text) => expect(hideSecrets(text)).toBe(text));

  test('a secret stays in no text, whatever stands before and after it', () => {
    const secret = fc.stringMatching(/^[A-Za-z0-9]{8,20}$/).map((text) => `${text}Zq9`);
    const form = fc.constantFrom(
      (word: string) => `https://me:${word}@h.example/p`,
      (word: string) => `https://h.example/p?a=1&sig=${word}`,
      (word: string) => `me:${word}@h.example`,
      (word: string) => `password=${word}`,
      (word: string) => `"client_secret": "${word}"`,
      (word: string) => `--api-key ${word}`,
      (word: string) => `Bearer ${word}`,
      (word: string) => `gh${'p_'}${word}`,
    );
    const words = fc.array(fc.constantFrom('it', 'said', 'p99', '8/s', '=', 'http://x.y/z', '"a"', '{', '\n'), {
      maxLength: 5,
    });
    fc.assert(
      fc.property(words, secret, form, words, (before, word, formed, after) => {
        const text = [...before, formed(word), ...after].join(' ');
        expect(hideSecrets(text)).not.toContain(word);
        expect(hideSecrets(text)).toContain('(hidden)');
      }),
    );
  });
});

test('in a document a secret is hidden by its key with all below it, and instances may be called as they like', () => {
  const document = {
    config: {
      instances: { auth: { rate: 8, params: { DB_PASS: 'hunter2', pin: 'x' } }, 'token-issuer': { rate: 1 } },
      credentials: { user: 'hunter2', list: ['hunter2', 7], on: true, none: null },
      url: 'https://me:hunter2@h/?x=hunter2',
    },
    files: { 'secrets.json': 'abc' },
    seed: 1,
  };
  const shown = withoutSecretsIn(document);
  expect(JSON.stringify(shown)).not.toContain('hunter2');
  expect(shown).toEqual({
    config: {
      instances: { auth: { rate: 8, params: { DB_PASS: '(hidden)', pin: 'x' } }, 'token-issuer': { rate: 1 } },
      credentials: { user: '(hidden)', list: ['(hidden)', '(hidden)'], on: true, none: null },
      url: 'https://(hidden)@h/?(hidden)',
    },
    files: { 'secrets.json': 'abc' },
    seed: 1,
  });
});

import { expect, test } from 'vitest';
import { endingOfWsk, type WskExit } from '../../../platforms/wsk/outcome.js';

const ID = '42af9201526240da99fa4096cef1f59b';
const INVOKED = `ok: invoked /_/hello with id ${ID}\n`;

function ending(exit: Partial<WskExit>, blocking = true) {
  return endingOfWsk({ exitCode: 0, signal: null, said: ['', ''], ...exit }, blocking);
}

test('exit 0 with an id is 200 of a call that waits, and the acceptance 202 of one that does not', () => {
  const said = [`${INVOKED}{\n    "activationId": "${ID}"\n}\n`, ''];
  expect(ending({ said })).toEqual({ outcome: 'ok', error: null, status: 200, activationId: ID });
  expect(ending({ said }, false)).toEqual({ outcome: 'ok', error: null, status: 202, activationId: ID });
});

test('exit 0 without an id is no answer: so the CLI ends after a panic of its own', () => {
  const said = ['runtime error\nApplication exited unexpectedly\n', ''];
  expect(ending({ said })).toEqual({ outcome: 'failed', error: 'protocol', status: null, activationId: null });
  expect(ending({})).toMatchObject({ outcome: 'failed', error: 'protocol' });
});

// Exit code = (status − 256) mod 256, e.g. 404 − 256 = 148.
test.each([
  [48, 304, 'redirect'],
  [144, 400, 'client_error'],
  [145, 401, 'client_error'],
  [147, 403, 'client_error'],
  [148, 404, 'client_error'],
  [153, 409, 'client_error'],
  [157, 413, 'client_error'],
  [173, 429, 'throttled'],
  [244, 500, 'server_error'],
  [246, 502, 'server_error'],
  [247, 503, 'server_error'],
  [248, 504, 'server_error'],
])('exit %i is status %i: %s', (exitCode, status, error) => {
  for (const blocking of [true, false]) {
    expect(ending({ exitCode }, blocking)).toEqual({ outcome: 'failed', error, status, activationId: null });
  }
});

test('502 with the id of an activation on stderr is the function’s own error', () => {
  expect(ending({ exitCode: 246, said: ['', `${INVOKED}{}\n`] })).toEqual({
    outcome: 'failed',
    error: 'function_error',
    status: 502,
    activationId: ID,
  });
});

test('exit 202 of a call that waits: the activation still runs, and its id is kept', () => {
  const said = ['', `ok: invoked /_/hello, but the request has not yet finished, with id ${ID}\n`];
  expect(ending({ exitCode: 202, said })).toEqual({
    outcome: 'failed',
    error: 'still_running',
    status: 202,
    activationId: ID,
  });
  expect(ending({ exitCode: 202 }, false)).toMatchObject({ error: 'exit_202', status: null });
});

test.each([1, 2, 3, 4, 126, 127, 130, 137, 143, 200])('exit %i stands for no status', (exitCode) => {
  expect(ending({ exitCode })).toEqual({
    outcome: 'failed',
    error: `exit_${exitCode}`,
    status: null,
    activationId: null,
  });
});

test('a signal is named', () => {
  expect(ending({ exitCode: null, signal: 'SIGKILL' })).toMatchObject({ error: 'exit_SIGKILL', status: null });
});

test('the id is read from the first line alone, whatever stands in the name or in the result', () => {
  const other = 'f'.repeat(32);
  const name = `a with id ${other}`;
  expect(ending({ said: [`ok: invoked /_/${name} with id ${ID}\n`, ''] }).activationId).toBe(ID);
  expect(ending({ said: [`${INVOKED}ok: invoked /_/x with id ${other}\n`, ''] }).activationId).toBe(ID);
  expect(ending({ said: [`note\nok: invoked /_/x with id ${other}\n`, ''] }).activationId).toBeNull();
});

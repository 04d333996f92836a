import { paginateFilterLogEvents } from '@aws-sdk/client-cloudwatch-logs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { optionalTool } from '../../support/tools.js';
import { startLambda, type LambdaPlatform } from '../protocols/lambda/lambda-fixture.js';
import { eventually, functionOn, type Call } from '../platform-fixture.js';

/** Logs of calls that fail, on the one place that all functions take turns at: each ends the one before it. */
let platform: LambdaPlatform;
beforeAll(async () => void (platform = await startLambda({ pool: { max_instances: 1 } })));
afterAll(() => platform.stop());

const LINES = 3_000;
const numbered = Array.from({ length: LINES }, (_, i) => `line ${i} ${'x'.repeat(500)}`);
/** 1.5 MB, of which the pipes hold a fraction. */
const MUCH = `for (let i = 0; i < ${LINES}; i += 1) console.log("line " + i + " " + "x".repeat(500));`;

const node = (code: string, limits?: object): Promise<Call> => functionOn(platform, 'nodejs:default', code, limits);

/** What the function itself wrote. */
async function numberedIn(activationId: string): Promise<string[]> {
  return (await platform.log(activationId)).filter((line) => line.startsWith('line '));
}

/** All entries of a function's log, once that of its call is there. */
function messagesOf(functionName: string): Promise<string[]> {
  return eventually(async () => {
    const messages: string[] = [];
    const pages = paginateFilterLogEvents({ client: platform.logs }, { logGroupName: `/aws/lambda/${functionName}` });
    try {
      for await (const { events } of pages) messages.push(...events!.map(({ message }) => message!));
    } catch (error) {
      if ((error as Error).name !== 'ResourceNotFoundException') throw error;
    }
    return messages.some((message) => message.startsWith('REPORT ')) ? messages : undefined;
  });
}

test.each([
  ['throws', 'throw new Error("boom");', 'An error has occurred: Error: boom'],
  ['returns what is no object', 'return 5;', 'The action did not return a dictionary or array.'],
  ['returns what is no JSON', 'return { n: 1n };', 'Do not know how to serialize a BigInt'],
  ['ends its process', 'process.exit(1);', /exited unexpectedly\.$/],
  ['is killed', 'process.kill(process.pid, "SIGKILL"); for (;;);', /exited unexpectedly\.$/],
])('nothing is missing in the log of a function that %s', async (_, ending, error) => {
  const call = await node(`function main() { ${MUCH} ${ending} }`);
  const { response, activationId } = await call();
  expect(response).toMatchObject({ status: 'action developer error', result: { error: expect.stringMatching(error) } });
  expect(await numberedIn(activationId)).toEqual(numbered);
});

test('nothing is missing in the log of a function that cannot be loaded', async () => {
  const { activationId } = await (await node(`${MUCH} throw new Error("boom"); function main() {}`))();
  expect(await numberedIn(activationId)).toEqual(numbered);
});

test('nothing is missing in the log of a function whose instance gives way when it has answered', async () => {
  const call = await node(`function main() { ${MUCH} return {}; }`);
  const other = await node('function main() { return {}; }');
  const [record, after] = await Promise.all([call(), other()]);
  expect([record.response.status, after.response.status]).toEqual(['success', 'success']);
  expect(await numberedIn(record.activationId)).toEqual(numbered);
});

test('an instance that executes several lets all of them have their logs before it ends', async () => {
  const call = await node(
    `let go; function main({ fail }) {
      ${MUCH.replaceAll('console.log(', 'if (fail) console.log(')}
      if (fail) { go(); throw new Error("boom"); }
      return new Promise((resolve) => (go = () => { console.log("released"); resolve({}); }));
    }`,
    { concurrency: 2 },
  );
  const [waited, failed] = await Promise.all([call(), call({ fail: true })]);
  expect([waited.response.status, failed.response.status]).toEqual(['success', 'action developer error']);
  expect(await numberedIn(failed.activationId)).toEqual(numbered);
  expect(await platform.log(waited.activationId)).toContain('released');
});

test('Lambda: 100 MB of lines are no memory of the function', async () => {
  const code =
    'exports.handler = async () => { for (let i = 0; i < 1e5; i++) console.log("x".repeat(1000)); return 1; };';
  const name = await platform.create({ 'index.js': code }, { MemorySize: 128, Timeout: 30 });
  expect(await platform.call(name)).toMatchObject({ status: 200, error: undefined, payload: 1 });
});

test('Lambda: what a process wrote before it ended is in its log', async () => {
  const FunctionName = await platform.create({
    'index.js': `exports.handler = async () => { ${MUCH} process.exit(1); };`,
  });
  expect((await platform.call(FunctionName)).payload.errorType).toBe('Runtime.ExitError');
  // time TAB request id TAB level TAB what it wrote
  const written = (await messagesOf(FunctionName)).map((message) => message.trimEnd().split('\t'));
  expect(written.filter(([, , level]) => level === 'INFO').map(([, , , text]) => text)).toEqual(numbered);
});

describe.skipIf(optionalTool('python3') === undefined)('Python', () => {
  const python = (code: string): Promise<Call> => functionOn(platform, 'python:default', code);
  const MUCH_PYTHON = `for i in range(${LINES}): print("line", i, "x" * 500)`;

  test.each([
    ['returns what is no dictionary', 'return "str"'],
    ['returns what is no JSON', 'return {"a": {1}}'],
    ['raises an exception', 'raise ValueError("boom")'],
    ['ends', 'sys.exit(1)'],
    ['succeeds', 'return {}'],
  ])('nothing is missing in the log of a function that %s', async (_, ending) => {
    const call = await python(
      `import sys\ndef main(p):\n  ${MUCH_PYTHON}\n  print("err line", file=sys.stderr)\n  print("no newline", end="")\n  ${ending}`,
    );
    const other = await node('function main() { return {}; }');
    const [record] = await Promise.all([call(), other()]);
    const log = await platform.log(record.activationId);
    expect(log.filter((line) => line.startsWith('line '))).toEqual(numbered);
    expect(log).toEqual(expect.arrayContaining(['err line', 'no newline']));
  });

  test('what a file printed before it could not be loaded is in the log, with and without a newline', async () => {
    const record = await (await python('print("first")\nprint("second", end="")\nraise ValueError("boom")'))();
    expect(record.response.result.error).toMatch(/ValueError: boom/);
    expect(await platform.log(record.activationId)).toEqual(['first', 'second']);
  });
});

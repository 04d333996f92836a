import { InvokeCommand, PutFunctionConcurrencyCommand } from '@aws-sdk/client-lambda';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { eventually, type Json } from '../../platform-fixture.js';
import { startLambda } from './lambda-fixture.js';

test('a platform that stops says how many Events it accepted and does not execute', async () => {
  const lambda = await startLambda({ pool: { stop_grace_ms: 0 } }, [], 'pipe');
  let said = '';
  lambda.child.stderr!.on('data', (chunk: Buffer) => (said += chunk.toString()));
  const endless = await lambda.create({
    'index.js': 'exports.handler = () => new Promise(() => setInterval(() => {}, 1e6));',
  });
  const failing = await lambda.create({ 'index.js': `exports.handler = async () => { throw new Error('no'); };` });
  const fine = await lambda.create({ 'index.js': 'exports.handler = async () => 1;' });
  await lambda.client.send(
    new PutFunctionConcurrencyCommand({ FunctionName: endless, ReservedConcurrentExecutions: 1 }),
  );
  for (const FunctionName of [endless, endless, endless, failing, fine]) {
    await lambda.client.send(new InvokeCommand({ FunctionName, InvocationType: 'Event' }));
  }
  const truths = (): Json[] =>
    readFileSync(join(lambda.state, 'truth.ndjson'), 'utf8')
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line));
  const outcomeOf = (name: string): string | undefined => truths().find((truth) => truth.function === name)?.outcome;
  await eventually(async () => (outcomeOf(failing) === 'raised' && outcomeOf(fine) === 'returned' ? true : undefined));
  // Only then all that it said was heard.
  const closed = once(lambda.child, 'close');
  expect(await lambda.stop()).toBe(0);
  await closed;
  // Of the endless one's three the first is ended by the stop, and would have been executed again; two waited for room, which that
  // made, and were refused. The
  // failing one waited for its second attempt, which on AWS comes after a minute.
  expect(said).toBe(
    `faaslab platform: Events of Lambda that waited when it stopped are lost: 3 of ${endless}, 1 of ${failing}\n`,
  );
});

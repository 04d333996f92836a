import { randomBytes } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { messageOf } from '../common/errors.js';
import { monotonicMs } from '../common/clock.js';
import type { ActivationRecord, OpenWhiskClient } from './targets/openwhisk.js';

/** Ends a probe: a step failed, which has been reported, or the probe was interrupted. */
class StepFailed extends Error {}

/** One step of a check: what was tried, and if it failed, why and what to do. */
export interface Step {
  name: string;
  passed: boolean;
  /** what was seen, or why it failed and what to do */
  detail: string;
}

export interface Language {
  /** as OpenWhisk calls it */
  name: string;
  code: string;
}

/** The languages that are probed, with the smallest action that proves its input was read. */
export const LANGUAGES: readonly Language[] = [
  { name: 'nodejs', code: 'function main({ n }) { return { answer: n + 1 }; }' },
  { name: 'python', code: 'def main(params):\n    return {"answer": params["n"] + 1}\n' },
];

/** Records are written after the response, in batches; on a busy database that takes seconds. */
const RECORD_WAIT_MS = 30_000;

const ADVICE = {
  create: 'may this key create actions, and does the platform have this runtime?',
  list: 'does the key belong to the namespace in use?',
  invoke: 'are invokers running? On Kubernetes: kubectl get pods -n openwhisk',
  result: 'the runtime did not execute the code as it stands; look at the activation',
  record: 'is the activation store running? Without records the analyzer has nothing to read',
  delete: 'remove it by hand: wsk action delete',
};

/**
 * Creates an action of one language, sees it listed, invokes it, finds its record, deletes it: the way of every test.
 * Stops at the first step that fails; the action is deleted whatever happened.
 * @param report called after each step
 * @param signal ends the probe at once; the action is deleted first
 */
export async function probe(
  client: OpenWhiskClient,
  { name: language, code }: Language,
  report: (step: Step) => void,
  signal: AbortSignal,
): Promise<void> {
  const interrupted = new Promise<never>((_, reject) =>
    signal.addEventListener('abort', () => reject(new Error('interrupted')), { once: true }),
  );
  interrupted.catch(() => undefined);
  const action = `faaslab-probe-${language}-${randomBytes(4).toString('hex')}`;
  const content = {
    exec: { kind: `${language}:default`, code, main: 'main', binary: false },
    limits: { memory: 256, timeout: 60_000 },
    annotations: [{ key: 'deployed-by', value: 'faaslab' }],
  };
  /** @param attempt what to do; it returns what was seen */
  async function step(name: keyof typeof ADVICE, attempt: () => Promise<string>): Promise<void> {
    const title = `${language}: ${name}`;
    try {
      report({ name: title, passed: true, detail: await Promise.race([attempt(), interrupted]) });
    } catch (error) {
      if (!signal.aborted) report({ name: title, passed: false, detail: `${messageOf(error)}; ${ADVICE[name]}` });
      throw new StepFailed(title, { cause: error });
    }
  }

  let creation: Promise<void> | undefined;
  let activation: ActivationRecord;
  try {
    await step('create', async () => {
      creation = client.putAction(action, content);
      await creation;
      return action;
    });
    await step('list', async () => {
      if (!(await client.actions()).some(({ name }) => name === action)) throw new Error('it is not in the list');
      return 'it is in the list';
    });
    await step('invoke', async () => {
      activation = await client.invoke(action, { n: 41 });
      return `activation ${activation.activationId}`;
    });
    await step('result', async () => {
      const { status, result } = activation.response;
      const text = JSON.stringify(result) ?? 'nothing';
      if (text !== '{"answer":42}') throw new Error(`${status}: it returned ${text} where {"answer":42} is right`);
      return text;
    });
    await step('record', async () => `found after ${await recordAppears(client, activation.activationId)} ms`);
    await step('delete', async () => {
      await client.deleteAction(action);
      return 'gone';
    });
  } catch (error) {
    if (!(error instanceof StepFailed)) throw error;
    // An interrupted creation may still succeed, so it is waited for before anything is cleaned up.
    await creation?.catch(() => undefined);
    await cleanUp(client, action, report);
  }
}

async function cleanUp(client: OpenWhiskClient, action: string, report: (step: Step) => void): Promise<void> {
  try {
    if ((await client.action(action)) !== null) await client.deleteAction(action);
  } catch (error) {
    report({ name: `${action}: clean up`, passed: false, detail: `${messageOf(error)}; ${ADVICE.delete}` });
  }
}

async function recordAppears(client: OpenWhiskClient, activationId: string): Promise<number> {
  const began = monotonicMs();
  for (;;) {
    if ((await client.activation(activationId)) !== null) return Math.round(monotonicMs() - began);
    if (monotonicMs() - began > RECORD_WAIT_MS) throw new Error(`no record within ${RECORD_WAIT_MS / 1000} s`);
    await pause(250);
  }
}

import { randomBytes } from 'node:crypto';
import { messageOf } from '../common/errors.js';
import type { Language, ProbeAnswer, ProbedPlatform, StepName } from './probed-platform.js';

/** Ends a probe: a step failed, which has been reported, or the probe was interrupted. */
class StepFailed extends Error {}

/** One step of a check: what was tried, and if it failed, why and what to do. */
export interface Step {
  name: string;
  passed: boolean;
  /** what was seen, or why it failed and what to do */
  detail: string;
}

/**
 * Creates a function of one language, sees it listed, invokes it, finds its record, deletes it: the way of every test.
 * Stops at the first step that fails; the function is deleted whatever happened.
 * @param report called after each step
 * @param signal ends the probe at once; the function is deleted first
 */
export async function probe(
  platform: ProbedPlatform,
  language: Language,
  report: (step: Step) => void,
  signal: AbortSignal,
): Promise<void> {
  const interrupted = new Promise<never>((_, reject) =>
    signal.addEventListener('abort', () => reject(new Error('interrupted')), { once: true }),
  );
  interrupted.catch(() => undefined);
  const name = `faaslab-probe-${language}-${randomBytes(4).toString('hex')}`;
  /** @param attempt what to do; it returns what was seen */
  async function step(stepName: StepName, attempt: () => Promise<string>): Promise<void> {
    const title = `${language}: ${stepName}`;
    try {
      report({ name: title, passed: true, detail: await Promise.race([attempt(), interrupted]) });
    } catch (error) {
      const detail = `${messageOf(error)}; ${platform.advice[stepName]}`;
      if (!signal.aborted) report({ name: title, passed: false, detail });
      throw new StepFailed(title, { cause: error });
    }
  }

  let creation: Promise<void> | undefined;
  let answer: ProbeAnswer;
  try {
    await step('create', async () => {
      creation = platform.create(name, language);
      await creation;
      return name;
    });
    await step('list', async () => {
      if (!(await platform.isListed(name))) throw new Error('it is not in the list');
      return 'it is in the list';
    });
    await step('invoke', async () => {
      answer = await platform.invoke(name, { n: 41 });
      return `activation ${answer.id}`;
    });
    await step('result', async () => {
      const text = JSON.stringify(answer.result) ?? 'nothing';
      if (text !== '{"answer":42}') {
        throw new Error(`${answer.status}: it returned ${text} where {"answer":42} is right`);
      }
      return text;
    });
    await step('record', () => platform.awaitRecord(name, answer));
    await step('delete', () => platform.remove(name));
  } catch (error) {
    if (!(error instanceof StepFailed)) throw error;
    // An interrupted creation may still succeed, so it is waited for before anything is cleaned up.
    await creation?.catch(() => undefined);
    await cleanUp(platform, name, report);
  }
}

async function cleanUp(platform: ProbedPlatform, name: string, report: (step: Step) => void): Promise<void> {
  try {
    if (await platform.exists(name)) await platform.remove(name);
  } catch (error) {
    report({ name: `${name}: clean up`, passed: false, detail: `${messageOf(error)}; ${platform.advice.delete}` });
  }
}

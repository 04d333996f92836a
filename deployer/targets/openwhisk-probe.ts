import { MARK } from '../host.js';
import type { Language, ProbedPlatform } from '../probed-platform.js';
import { untilThere } from '../until-there.js';
import type { OpenWhiskClient } from './openwhisk.js';

const CODE: Record<Language, string> = {
  nodejs: 'function main({ n }) { return { answer: n + 1 }; }',
  python: 'def main(params):\n    return {"answer": params["n"] + 1}\n',
};

/** Records are written after the response, in batches; on a busy database that takes seconds. */
const RECORD_WAIT_MS = 30_000;

/** OpenWhisk, by its REST API or by `wsk`, whichever the client speaks. */
export function probedOpenWhisk(title: string, client: OpenWhiskClient): ProbedPlatform {
  return {
    title,
    languages: () => client.languages(),
    create: (name, language) =>
      client.putAction(name, {
        exec: { kind: `${language}:default`, code: CODE[language], main: 'main', binary: false },
        limits: { memory: 256, timeout: 60_000 },
        annotations: [MARK],
      }),
    isListed: async (name) => (await client.actions()).some((action) => action.name === name),
    async invoke(name, input) {
      const { activationId, response } = await client.invoke(name, input);
      return { id: activationId, status: response.status, result: response.result };
    },
    async awaitRecord(_, { id }) {
      const isThere = async (): Promise<boolean> => (await client.activation(id)) !== null;
      const tookMs = await untilThere(isThere, { waitMs: RECORD_WAIT_MS, pauseMs: 250 });
      if (tookMs === null) throw new Error(`no record within ${RECORD_WAIT_MS / 1000} s`);
      return `found after ${tookMs} ms`;
    },
    exists: async (name) => (await client.action(name)) !== null,
    async remove(name) {
      await client.deleteAction(name);
      return 'gone';
    },
    advice: {
      create: 'may this key create actions, and does the platform have this runtime?',
      list: 'does the key belong to the namespace in use?',
      invoke: 'are invokers running? On Kubernetes: kubectl get pods -n openwhisk',
      result: 'the runtime did not execute the code as it stands; look at the activation',
      record: 'is the activation store running? Without records the analyzer has nothing to read',
      delete: 'remove it by hand: wsk action delete',
    },
    close: () => client.close(),
  };
}

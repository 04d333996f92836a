import { readFile } from 'node:fs/promises';
import { MARK, type FunctionHost } from '../host.js';
import { RUNTIMES, type FunctionManifest, type RuntimeName } from '../manifest.js';
import { openWhiskClient, type Action, type ActionContent, type OpenWhiskTarget } from './openwhisk.js';

/** A runtime's language as OpenWhisk calls it; `LANGUAGE:default` is the platform's own choice of version. */
const LANGUAGE: Record<RuntimeName, string> = { node: 'nodejs', python: 'python' };

/** OpenWhisk; a function is an action with its single file of code as text. */
export function openWhiskHost(target: OpenWhiskTarget): FunctionHost {
  const client = openWhiskClient(target);
  return {
    url: target.access.apiHost,
    removal: 'wsk action delete',
    async runtimes() {
      const languages = await client.languages();
      return languages && RUNTIMES.filter((runtime) => languages.includes(LANGUAGE[runtime]));
    },
    kindOf,
    async ownerOf(application) {
      const action = await client.action(application);
      if (action === null) return null;
      return isOurs(action) ? 'faaslab' : 'other';
    },
    check: () => undefined,
    async put(application, manifest, runtime) {
      await client.putAction(application, await actionContent(manifest, runtime));
    },
    remove: (application) => client.deleteAction(application),
    close: () => client.close(),
  };
}

function kindOf(runtime: RuntimeName): string {
  return `${LANGUAGE[runtime]}:default`;
}

async function actionContent(manifest: FunctionManifest, runtime: RuntimeName): Promise<ActionContent> {
  const { path, main } = manifest.runtimes.get(runtime)!;
  return {
    exec: { kind: kindOf(runtime), code: await readFile(path, 'utf8'), main, binary: false },
    limits: { memory: manifest.memoryMb, timeout: manifest.timeoutMs },
    annotations: [
      MARK,
      // Without this an updated action is handed the key of its owner.
      { key: 'provide-api-key', value: false },
      { key: 'web-export', value: manifest.webExport },
      ...(manifest.webExport
        ? [
            { key: 'raw-http', value: false },
            { key: 'final', value: true },
          ]
        : []),
    ],
  };
}

function isOurs({ annotations }: Action): boolean {
  return annotations.some(({ key, value }) => key === MARK.key && value === MARK.value);
}

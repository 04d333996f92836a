import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { InvokeCommand, ListFunctionsCommand, type InvokeCommandOutput } from '@aws-sdk/client-lambda';
import { lambdaClient } from '../../platforms/lambda/client.js';
import { reportInTail } from '../../platforms/lambda/log-tail.js';
import { refusalOf } from '../../platforms/lambda/refusal.js';
import type { FunctionManifest, RuntimeName } from '../manifest.js';
import type { Language, ProbedPlatform } from '../probed-platform.js';
import { findInLogs, removeLogGroup } from './lambda-logs.js';
import { askingAt, refused } from './lambda-refusal.js';
import { lambdaHost, placeName, type LambdaTarget } from './lambda.js';

interface Code {
  runtime: RuntimeName;
  file: string;
  text: string;
}

const CODE: Record<Language, Code> = {
  nodejs: { runtime: 'node', file: 'probe.js', text: 'exports.handler = async ({ n }) => ({ answer: n + 1 });\n' },
  python: {
    runtime: 'python',
    file: 'probe.py',
    text: 'def handler(event, context):\n    return {"answer": event["n"] + 1}\n',
  },
};

/** Lambda, also an emulator of it, and CloudWatch Logs beside it. @throws ConfigError without a role where one is needed */
export async function probedLambda(target: LambdaTarget): Promise<ProbedPlatform> {
  const { place, credentials } = target;
  const host = lambdaHost(target);
  host.check('the probe', false);
  const client = lambdaClient(place, credentials);
  const where = placeName(place);
  const ask = askingAt(where);
  const folder = await mkdtemp(join(tmpdir(), 'faaslab-lambda-probe-'));
  /** what each probe's answer told of its own execution */
  const tails = new Map<string, string | undefined>();

  return {
    title: where,
    async languages() {
      // It tells none; but that nobody answers is said once, and not for every step of every language.
      await client.send(new ListFunctionsCommand({ MaxItems: 1 })).catch((error: unknown) => {
        if (refusalOf(error).status === null) throw refused(where, 'list the functions', error);
      });
      return null;
    },
    async create(name, language) {
      const { runtime, file, text } = CODE[language];
      const path = join(folder, file);
      await writeFile(path, text, { mode: 0o600 });
      await host.put(name, manifestOf(name, runtime, path), runtime, false);
    },
    isListed: (name) =>
      ask('list the functions', async () => {
        for (let Marker: string | undefined; ;) {
          const { Functions = [], NextMarker } = await client.send(
            new ListFunctionsCommand(Marker === undefined ? {} : { Marker }),
          );
          if (Functions.some(({ FunctionName }) => FunctionName === name)) return true;
          if (NextMarker === undefined || NextMarker === '') return false;
          Marker = NextMarker;
        }
      }),
    async invoke(FunctionName, input) {
      const Payload = JSON.stringify(input);
      const answer = await ask(`invoke ${FunctionName}`, () =>
        client.send(new InvokeCommand({ FunctionName, Payload, LogType: 'Tail' })),
      );
      const id = answer.$metadata.requestId ?? 'without an id';
      tails.set(id, answer.LogResult);
      return { id, status: answer.FunctionError ?? 'success', result: resultOf(answer) };
    },
    async awaitRecord(name, { id }) {
      const report = reportInTail(tails.get(id) ?? null, id);
      if (report === null) throw new Error('the answer brought no REPORT line of its execution');
      return `a REPORT line came with the answer; ${await findInLogs(target, name, id)}`;
    },
    exists: async (name) => (await host.ownerOf(name)) !== null,
    async remove(name) {
      await host.remove(name);
      return `gone${await removeLogGroup(target, name)}`;
    },
    advice: {
      create: 'may these credentials call lambda:CreateFunction (and iam:PassRole for the role)?',
      list: 'may these credentials call lambda:ListFunctions in this Region?',
      invoke: 'may these credentials call lambda:InvokeFunction?',
      result: 'the runtime did not execute the code as it stands; look at its log',
      record: 'without REPORT lines the analyzer knows neither cold starts nor billed time',
      delete: 'remove it by hand: aws lambda delete-function',
    },
    async close() {
      client.destroy();
      await host.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function manifestOf(name: string, runtime: RuntimeName, path: string): FunctionManifest {
  const runtimes = new Map([[runtime, { path, main: 'handler', handler: 'probe.handler' }]]);
  return { name, runtimes, memoryMb: 128, timeoutMs: 30_000, webExport: false };
}

function resultOf({ Payload }: InvokeCommandOutput): unknown {
  const text = Buffer.from(Payload ?? []).toString('utf8');
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

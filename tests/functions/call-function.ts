import { execFile, spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../../common/package-root.js';
import { optionalTool } from '../support/tools.js';

export type RuntimeName = 'node' | 'python';
export type Entry = 'main' | 'handler';

/** The interpreter itself, so that tests may change the PATH; undefined on a machine without Python. */
const python =
  optionalTool('python3') &&
  spawnSync('python3', ['-c', 'import sys; print(sys.executable)'], { encoding: 'utf8' }).stdout.trim();

/** Node, and Python where the machine has it. */
export const RUNTIMES: readonly RuntimeName[] = python ? ['python', 'node'] : ['node'];

/** A platform's part in few lines: loads the file, calls one entry with each payload in turn, prints the answers. */
const CALLERS: Record<RuntimeName, { program: string; flag: string; script: string }> = {
  node: {
    program: process.execPath,
    flag: '-e',
    script: `
      const [path, entry] = process.argv.slice(1);
      const call = require(path)[entry];
      const payloads = JSON.parse(require('node:fs').readFileSync(0, 'utf8'));
      (async () => {
        const answers = [];
        for (const payload of payloads) {
          answers.push(await Promise.resolve().then(() => call(payload, {})).then(
            (answer) => ({ answer }), (fault) => ({ fault: fault.message })));
        }
        process.stdout.write(JSON.stringify(answers));
      })();`,
  },
  python: {
    program: python ?? 'python3',
    flag: '-c',
    script: `
import importlib, json, os, sys
path, entry = sys.argv[1:]
sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(path))
function = getattr(importlib.import_module(os.path.basename(path)[:-3]), entry)
answers = []
for payload in json.load(sys.stdin):
    try:
        answers.append({"answer": function(payload) if entry == "main" else function(payload, None)})
    except Exception as fault:
        answers.append({"fault": str(fault)})
json.dump(answers, sys.stdout)`,
  },
};

export interface Called {
  answer?: unknown;
  /** the message of what it threw */
  fault?: string;
}

/** Calls one entry of a function with each payload in turn, all in one process: the first call is cold, the others warm. */
export function callFunction(
  file: string,
  runtime: RuntimeName,
  entry: Entry,
  payloads: readonly unknown[],
  env: NodeJS.ProcessEnv = process.env,
): Promise<Called[]> {
  const { program, flag, script } = CALLERS[runtime];
  return new Promise((resolve, reject) => {
    const path = join(packageRoot, 'functions', file);
    const child = execFile(program, [flag, script, path, entry], { env, maxBuffer: 2 ** 28 }, (fault, stdout, stderr) =>
      fault === null
        ? resolve(JSON.parse(stdout) as Called[])
        : reject(new Error(`${fault.message}\n${stderr}`, { cause: fault })),
    );
    child.stdin!.end(JSON.stringify(payloads));
  });
}

export interface ManifestFile {
  name: string;
  runtimes: Partial<Record<RuntimeName, { file: string; main: string; handler: string }>>;
  expected: Expected[];
}

/** What one call comes to: what main returns, or part of the message of what either entry throws. */
export interface Expected {
  parameters: Record<string, unknown>;
  result?: Record<string, unknown>;
  fails?: string;
}

/** Whether Lambda gives a function such parameters: those of a web action exist on OpenWhisk only. */
export function isForLambda({ parameters }: Expected): boolean {
  return !Object.keys(parameters).some((name) => name.startsWith('__ow_'));
}

/** Every function of the package, with its manifest as it is in the file. */
export function everyManifest(): { folder: string; manifest: ManifestFile }[] {
  return readdirSync(join(packageRoot, 'functions'), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name: folder }) => {
      const text = readFileSync(join(packageRoot, 'functions', folder, 'manifest.json'), 'utf8');
      return { folder, manifest: JSON.parse(text) as ManifestFile };
    });
}

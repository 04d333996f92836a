import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { zipOf } from '../../dist/deployer/zip.js';
import { childrenOf } from './processor-time.mjs';
import { lambdaRequest } from './requests.mjs';

/** What is executed: as little as a function can do. */
export const SOURCES = {
  node: { kind: 'nodejs:default', code: 'function main(p) { return p; }' },
  python: { kind: 'python:default', code: 'def main(p):\n    return p\n' },
};

/** Starts the platform in a process of its own, with functions. @param config of docs/platform.md; {} = the defaults */
export async function startPlatform(config = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'faaslab-bench-platform-'));
  writeFileSync(join(folder, 'config.json'), JSON.stringify(config));
  const main = fileURLToPath(new URL('../../dist/embedded/main.js', import.meta.url));
  const args = [main, '--json', '--state', join(folder, 'state'), '--config', join(folder, 'config.json')];
  const profile = process.env['PLATFORM_NODE_OPTIONS']?.split(' ') ?? [];
  const child = spawn(process.execPath, [...profile, ...args], {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: { ...process.env, FAASLAB_PARENT_PIPE: '1' },
  });
  const [line] = await once(createInterface({ input: child.stdout }), 'line');
  const endpoints = JSON.parse(line);
  const { openwhisk, lambda } = endpoints;
  /** the guard's shell and whatever else is no instance */
  const ownChildren = new Set(childrenOf(child.pid));
  return {
    ...endpoints,
    openwhiskPort: Number(new URL(openwhisk.api_host).port),
    lambdaPort: Number(new URL(lambda.endpoint_url).port),
    instances: () => childrenOf(child.pid).filter((pid) => !ownChildren.has(pid)),
    async putAction(name, exec) {
      const answer = await fetch(`${openwhisk.api_host}/api/v1/namespaces/_/actions/${name}`, {
        method: 'PUT',
        headers: {
          'content-type': 'application/json',
          authorization: `Basic ${Buffer.from(openwhisk.auth).toString('base64')}`,
        },
        body: JSON.stringify({ exec }),
      });
      if (!answer.ok) throw new Error(await answer.text());
    },
    async createFunction(name) {
      const code = 'exports.handler = async (event) => event;';
      const body = JSON.stringify({
        FunctionName: name,
        Runtime: 'nodejs22.x',
        Handler: 'index.handler',
        Role: 'arn:aws:iam::000000000000:role/any',
        Code: { ZipFile: zipOf([{ path: 'index.js', content: Buffer.from(code) }]).toString('base64') },
      });
      const request = lambdaRequest(lambda, 'POST', '/2015-03-31/functions', body);
      const [head] = request.split('\r\n\r\n');
      const headers = Object.fromEntries(
        head
          .split('\r\n')
          .slice(1)
          .map((header) => header.split(': ')),
      );
      const answer = await fetch(`${lambda.endpoint_url}/2015-03-31/functions`, { method: 'POST', headers, body });
      if (!answer.ok) throw new Error(await answer.text());
    },
    /** Stops it. @returns the lines of truth.ndjson by activation id */
    async stop() {
      child.stdin.end();
      await once(child, 'exit');
      const lines = readFileSync(join(folder, 'state', 'truth.ndjson'), 'utf8')
        .trim()
        .split('\n')
        .map(JSON.parse);
      rmSync(folder, { recursive: true, force: true });
      return new Map(lines.map((truth) => [truth.activation_id, truth]));
    },
  };
}

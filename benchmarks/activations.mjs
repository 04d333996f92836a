// The embedded platform with a million activations in its state folder: how long it takes to start again, what its index of
// them takes in memory, what questions about them cost, and the same while more are added.
// Usage: npm run bench:activations -- [--rows 1000000]
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createWriteStream, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const { values: flags } = parseArgs({ options: { rows: { type: 'string', default: '1000000' } } });
const rows = Number(flags.rows);
/** The bound on resident memory, MB. */
const BOUND_MB = 400;
const folder = mkdtempSync(join(tmpdir(), 'faaslab-bench-activations-'));
const state = join(folder, 'state');

try {
  const sample = await oneActivation();
  await multiply(sample);
  await measure(sample);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/** A record and its truth as the platform itself writes them. */
async function oneActivation() {
  const platform = await start();
  await platform.api('PUT', 'actions/echo', {
    exec: { kind: 'nodejs:default', code: 'function main(p) { return p; }' },
  });
  await platform.api('POST', 'actions/echo?blocking=true', { n: 1 });
  await platform.stop();
  const lineOf = (name) => readFileSync(join(state, name), 'utf8').trim();
  return { document: lineOf('activations.ndjson'), truth: lineOf('truth.ndjson') };
}

/** The same as if it had been called again and again: ids and revisions of their own, each 3 ms before the one after. */
async function multiply({ document, truth }) {
  const { activationId, start: first, end, _rev: revision } = JSON.parse(document);
  const files = { document: 'activations.ndjson', truth: 'truth.ndjson' };
  const streams = Object.fromEntries(
    Object.entries(files).map(([what, name]) => [what, createWriteStream(join(state, name), { flags: 'a' })]),
  );
  for (let row = 1; row < rows; row += 1) {
    const id = randomBytes(16).toString('hex');
    const line = document
      .replaceAll(activationId, id)
      .replace(revision, `1-${randomBytes(16).toString('hex')}`)
      .replace(`"start":${first}`, `"start":${first - 3 * (rows - row)}`)
      .replace(`"end":${end}`, `"end":${end - 3 * (rows - row)}`);
    const wrote = [streams.document.write(`${line}\n`), streams.truth.write(`${truth.replace(activationId, id)}\n`)];
    if (wrote.includes(false)) {
      await Promise.all(Object.values(streams).map((stream) => stream.writableNeedDrain && once(stream, 'drain')));
    }
  }
  await Promise.all(Object.values(streams).map((stream) => new Promise((done) => stream.end(done))));
}

async function measure({ document }) {
  const begun = performance.now();
  const platform = await start();
  print('starts again in', `${((performance.now() - begun) / 1_000).toFixed(1)} s`);
  print('memory', megabytes(platform.pid));
  const { activations } = (await platform.api('GET', 'activations?count=true')).json;
  if (activations !== rows) throw new Error(`${activations} activations, not ${rows}`);
  const { activationId, start: first } = JSON.parse(document);
  const middle = first - Math.floor(3 * rows * 0.5);
  await timed('one by its id', () => platform.api('GET', `activations/${activationId}`));
  await timed('the newest 200, whole', () => platform.api('GET', 'activations?limit=200&docs=true'));
  await timed('200 from the middle, whole', () =>
    platform.api('GET', `activations?limit=200&docs=true&upto=${middle}`),
  );
  await timed('a page of 10,000 documents of the database', () =>
    platform.couch('GET', `/_design/activations/_view/byDate?include_docs=true&limit=10000&startkey=${middle}`),
  );
  print('memory after these questions', megabytes(platform.pid));
  const more = 20_000;
  let left = more;
  const caller = async () => {
    for (; left > 0;) {
      left -= 1;
      const { status } = await platform.api('POST', 'actions/echo?blocking=true&result=true', { n: 1 });
      if (status !== 200) throw new Error(`HTTP ${status}`);
    }
  };
  await Promise.all(Array.from({ length: 8 }, caller));
  const peak = peakOf(platform.pid);
  print(`memory after ${more} invocations more`, megabytes(platform.pid));
  await platform.stop();
  console.log(`${peak <= BOUND_MB ? 'within' : 'ABOVE'} the bound of ${BOUND_MB} MB`);
  process.exitCode = peak <= BOUND_MB ? 0 : 1;
}

async function timed(what, act) {
  const from = performance.now();
  const { status } = await act();
  if (status !== 200) throw new Error(`${what}: HTTP ${status}`);
  print(what, `${(performance.now() - from).toFixed(1)} ms`);
}

function print(what, figure) {
  console.log(`${what.padEnd(45)} ${figure}`);
}

/** Now, and at most since its start. */
function megabytes(pid) {
  return `${sizeOf(pid, 'VmRSS')} MB, at most ${peakOf(pid)} MB`;
}
function peakOf(pid) {
  return sizeOf(pid, 'VmHWM');
}
function sizeOf(pid, name) {
  const [, kibibytes] = new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
  return Math.round(kibibytes / 1_024);
}

async function start() {
  const main = fileURLToPath(new URL('../dist/embedded/main.js', import.meta.url));
  const child = spawn(process.execPath, [main, '--json', '--state', state], {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: { ...process.env, FAASLAB_PARENT_PIPE: '1' },
  });
  const [line] = await once(createInterface({ input: child.stdout }), 'line');
  const { openwhisk, couchdb } = JSON.parse(line);
  const asker = (root, credentials) => {
    const authorization = `Basic ${Buffer.from(credentials).toString('base64')}`;
    return async (method, path, body) => {
      const headers = { authorization, 'content-type': 'application/json' };
      const sent = body === undefined ? {} : { body: JSON.stringify(body) };
      const answer = await fetch(root + path, { method, headers, ...sent });
      return { status: answer.status, json: await answer.json() };
    };
  };
  return {
    pid: child.pid,
    api: asker(`${openwhisk.api_host}/api/v1/namespaces/_/`, openwhisk.auth),
    couch: asker(`${couchdb.url}/${couchdb.database}`, `${couchdb.username}:${couchdb.password}`),
    async stop() {
      child.stdin.end();
      await once(child, 'exit');
    },
  };
}

'use strict';
/**
 * faas_measure: measures the worker that executes it. Node 18 or later, nothing but Node. The twin of faas_measure.py, which
 * is the reference: same input, same output.
 *
 * Input   {"cmds": {<command>: <its parameters>, …}, "format": "json" | "text", "spin": bool}
 * Output  json: a field for each command, and start_time, end_time, elapsed_time (ms) and errors;
 *         text: a field for each command in the order of cmds, then start#end#elapsed.
 *         A command that fails gives null (text: None) and a line in errors; the others still run.
 */
const { execFile } = require('node:child_process');
const { randomUUID } = require('node:crypto');
const { createSocket } = require('node:dgram');
const { lookup } = require('node:dns/promises');
const { access, constants, readFile, rm, writeFile } = require('node:fs/promises');
const { hostname, tmpdir } = require('node:os');
const { delimiter, join } = require('node:path');

const EPOCH_FROM_MS = 1e12; // a sleep this long (31 years) can only be meant as a time of day
const SETTINGS = ['sleep', 'sleep_till', 'format', 'spin']; // what stands in cmds without being a measurement
const COMMANDS = { stat, io, net, cpu, cpuu };

/** OpenWhisk's entry: json is the object itself, text is {"result": text}. */
async function main(params) {
  const { answer, text } = await measure(params);
  return text === null ? answer : { result: text };
}

/** Lambda's entry: either form is one string, in ASCII as Python writes it. */
async function handler(event) {
  const { answer, text } = await measure(event);
  if (text !== null) return text;
  return JSON.stringify(answer).replaceAll(
    /[\u0080-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** Runs the commands; `text` is null unless that form was asked for. */
async function measure(params) {
  const start = epochMs();
  const errors = [];
  const notes = [];
  let cmds = params?.cmds ?? {};
  if (!isObject(cmds)) {
    errors.push(`cmds must be an object, got ${JSON.stringify(cmds)}`);
    cmds = {};
  }
  const settings = { ...params, ...cmds };
  const format = formatOf(settings.format ?? 'json', errors);
  await wait(settings, errors, notes);
  // A command that is null, false or 0 is switched off, as it was in the original.
  const names = Object.keys(cmds).filter((name) => !SETTINGS.includes(name) && ![null, false, 0].includes(cmds[name]));
  const results = {};
  for (const name of names) results[name] = await run(name, cmds[name], errors);
  const end = epochMs();
  const answer = { ...results, start_time: start, end_time: end, elapsed_time: end - start, errors };
  if (notes.length > 0) answer.note = notes.join('; ');
  if (format === 'json') return { answer, text: null };
  const fields = names.map((name) => textOf(name, results[name]));
  return { answer, text: [...fields, ...[start, end, end - start].map(decimal)].join('#') };
}

/** The form of the answer; what is neither of the two is said, and answered as json. */
function formatOf(asked, errors) {
  if (asked === 'json' || asked === 'text') return asked;
  errors.push(`format must be "json" or "text", got ${JSON.stringify(asked)}; json was taken`);
  return 'json';
}

/** Waits `sleep` ms, then until `sleep_till`: idle, or with `spin` burning CPU as the original did. */
async function wait(settings, errors, notes) {
  let pause;
  let until;
  try {
    pause = duration(settings.sleep || 0, 'sleep');
    until = duration(settings.sleep_till || 0, 'sleep_till');
  } catch (fault) {
    errors.push(fault.message);
    return;
  }
  if (pause >= EPOCH_FROM_MS) {
    notes.push(`sleep ${pause} was taken as a time of day (epoch ms); sleep_till says so`);
    until = Math.max(pause, until);
    pause = 0;
  }
  const woken = performance.now() + pause;
  for (;;) {
    const remaining = Math.max(woken - performance.now(), until - epochMs());
    if (remaining <= 0) return;
    // At most an hour at once: timers refuse more than 24 days.
    if (!settings.spin) await new Promise((wake) => setTimeout(wake, Math.min(remaining, 3_600_000)));
  }
}

/** The result of one command, or null with the reason in `errors`. */
async function run(name, parameters, errors) {
  try {
    if (!Object.hasOwn(COMMANDS, name)) {
      throw new Error(`no such command; there are sleep, sleep_till, ${Object.keys(COMMANDS).join(', ')}`);
    }
    if (!isObject(parameters)) throw new Error(`its parameters must be an object, got ${JSON.stringify(parameters)}`);
    return await COMMANDS[name](parameters, errors);
  } catch (fault) {
    errors.push(`${name}: ${fault.message}`);
    return null;
  }
}

/** Who and where this worker is; what cannot be known here is null. */
async function stat(parameters, errors) {
  const newId = randomUUID();
  const [vmId, instId] = (await known(cgroupIds)) ?? [null, null];
  let publicIp = null;
  try {
    const url = parameters.public_ip_url ?? null;
    if (url !== null) publicIp = await publicAddress(url);
  } catch (fault) {
    errors.push(`stat.public_ip_url: ${fault.cause?.message ?? fault.message}`);
  }
  return {
    exist_id: await known(() => instanceId(newId)),
    new_id: newId,
    vm_id: vmId,
    inst_id: instId,
    vm_priv_ip: await known(async () => (await lookup(hostname(), { family: 4 })).address),
    vm_pub_ip: publicIp,
    inst_priv_ip: await known(ownAddress),
    uptime: await known(async () => (await readFile('/proc/uptime', 'utf8')).trim().split(/\s+/).join(',')),
    cpu_info: await known(cpuModel),
  };
}

/** The id that the first invocation of this worker left in its temporary folder; else newId, left there now. */
async function instanceId(newId) {
  const path = join(tmpdir(), 'inst_id.txt');
  try {
    await writeFile(path, newId, { flag: 'wx' });
    return newId;
  } catch (fault) {
    if (fault.code !== 'EEXIST') throw fault;
    return (await readFile(path, 'utf8')).trim();
  }
}

/** First and last part of a cgroup v1 path: the VM and the sandbox on AWS. cgroup v2 hides both: null. */
async function cgroupIds() {
  for (const line of (await readFile('/proc/self/cgroup', 'utf8')).split('\n')) {
    const [, controllers = '', ...path] = line.split(':');
    const parts = path.join(':').split('/').filter(Boolean);
    if (controllers !== '' && !controllers.startsWith('name=') && parts.length >= 2) return [parts[0], parts.at(-1)];
  }
  return null;
}

/** The address from which packets would leave; connecting a datagram socket sends none. */
function ownAddress() {
  return new Promise((resolve, reject) => {
    const probe = createSocket('udp4');
    probe.once('error', reject);
    probe.connect(80, '8.8.8.8', () => {
      resolve(probe.address().address);
      probe.close();
    });
  });
}

async function publicAddress(url) {
  if (!/^https?:\/\//.test(url)) throw new Error('must be an http or https URL');
  const answer = await fetch(url, { signal: AbortSignal.timeout(5_000) });
  if (!answer.ok) throw new Error(`HTTP Error ${answer.status}`);
  return (await answer.text()).slice(0, 256).trim();
}

/** `<count>,<model name>`; ARM names no model: null. */
async function cpuModel() {
  const text = await readFile('/proc/cpuinfo', 'utf8');
  const model = /^model name\s*:(.*)$/m.exec(text)?.[1].trim();
  return model === undefined ? null : `${text.match(/^processor\s*:/gm).length},${model}`;
}

/** `rd` rounds of dd, each `cnt` writes of `size`, every one of them forced to the disk. */
async function io({ rd = 1, size = '1kB', cnt = 1 }) {
  whole(rd, 'rd');
  whole(cnt, 'cnt');
  if (!/^[1-9][0-9]{0,11}(c|w|b|[kKMG]i?B?)?$/.test(size)) {
    throw new Error(`size must be a size that dd knows, e.g. 1kB or 1M, got ${JSON.stringify(size)}`);
  }
  const path = join(tmpdir(), 'ioload.log');
  const rounds = [];
  try {
    for (let round = 0; round < rd; round += 1) rounds.push(await ioRound(path, size, cnt));
    return rounds;
  } finally {
    await rm(path, { force: true });
  }
}

async function ioRound(path, size, count) {
  const output = [`of=${path}`, `bs=${size}`, `count=${count}`, 'conv=fdatasync', 'oflag=dsync'];
  // Random bytes, so that nothing between here and the disk can shorten them.
  const dd = await execute('dd', ['if=/dev/urandom', ...output], 0);
  const said = /^(\d+) bytes.* copied, ([0-9.e+-]+) s(?:econds)?,(.*)$/m.exec(dd.stderr);
  if (dd.failed || said === null) throw new Error(`dd: ${lastLine(dd.stderr)}`);
  const [, bytes, time, speed] = said;
  const seconds = Number(time);
  // time and speed are strings as dd prints them, the blank before the speed included: clients parse them so.
  return { time, speed, time_s: seconds, bytes_per_s: seconds > 0 ? Number(bytes) / seconds : null };
}

/** Throughput (bit/s) and round trips (microseconds) to an iperf3 server, as iperf3's sender saw them. */
async function net({ server_ip: server = '', port = 5201, seconds = 10 }) {
  whole(port, 'port');
  whole(seconds, 'seconds');
  if (!/^[0-9A-Za-z:.][0-9A-Za-z:.-]*$/.test(server)) {
    throw new Error(`server_ip must be an address or a host name, got ${JSON.stringify(server)}`);
  }
  const program = process.env.IPERF3_PATH || (await onPath('iperf3'));
  if (program === null) throw new Error('iperf3 was not found: put it on PATH, or its path into IPERF3_PATH');
  const flags = ['-c', server, '-p', String(port), '-t', String(seconds), '-J'];
  const iperf3 = await execute(program, flags, (seconds + 20) * 1000);
  let said;
  try {
    said = JSON.parse(iperf3.stdout);
  } catch {
    throw new Error(`iperf3: ${lastLine(iperf3.stderr)}`);
  }
  if (said.error !== undefined) throw new Error(`iperf3: ${said.error}`);
  const { sender } = said.end.streams[0];
  const text = (value) => (value === undefined ? null : String(value));
  const { bits_per_second: bps, mean_rtt: meanr, min_rtt: minr, max_rtt: maxr } = sender;
  return { bps: text(bps), meanr: text(meanr), minr: text(minr), maxr: text(maxr) };
}

async function onPath(program) {
  for (const folder of (process.env.PATH ?? '').split(delimiter)) {
    const path = join(folder, program);
    if (await known(async () => (await access(path, constants.X_OK), true))) return path;
  }
  return null;
}

/** Milliseconds that n! takes. */
function cpu({ n }) {
  whole(n, 'n');
  const began = performance.now();
  let product = 1n;
  for (let factor = 1n; factor <= n; factor += 1n) product *= factor;
  return performance.now() - began;
}

/** The distinct times among n readings of the clock: gaps between them are times without the CPU. */
function cpuu({ n }) {
  whole(n, 'n');
  const times = new Set();
  for (let reading = 0; reading < n; reading += 1) times.add(epochMs());
  return [...times].sort((a, b) => a - b);
}

/** A result in the text form; only stat has several fields. */
function textOf(name, result) {
  const text = (value) => value ?? 'None';
  if (result === null) return 'None';
  if (name === 'stat') return Object.values(result).map(text).join('#');
  if (name === 'io') return result.map(({ time, speed }) => `${time},${speed}`).join(';');
  if (name === 'net') return [result.bps, result.meanr, result.minr, result.maxr].map(text).join(',');
  return name === 'cpuu' ? result.map(decimal).join(';') : decimal(result);
}

/** A number with all its digits and without an exponent. */
function decimal(value) {
  const text = String(value);
  return text.includes('e') ? value.toFixed(20).replace(/0+$/, '') : text;
}

/** Runs a program without a shell, its numbers and messages in the C locale. Rejects only where it cannot be started. */
function execute(program, flags, timeoutMs) {
  const options = { env: { ...process.env, LC_ALL: 'C' }, timeout: timeoutMs, maxBuffer: 1 << 26 };
  return new Promise((resolve, reject) => {
    const child = execFile(program, flags, options, (fault, stdout, stderr) => {
      if (fault?.code === 'ENOENT') reject(new Error(`${program} was not found`));
      else if (fault?.killed) reject(new Error(`${program} did not end within ${timeoutMs / 1000} s`));
      else resolve({ failed: fault !== null, stdout, stderr });
    });
    child.stdin?.end();
  });
}

/** What `ask` answers, or null where this system does not tell. */
async function known(ask) {
  try {
    return await ask();
  } catch {
    return null;
  }
}

function duration(value, name) {
  if (typeof value === 'number' && Number.isFinite(value) && value >= 0) return value;
  throw new Error(`${name} must be a number of milliseconds, 0 or more, got ${JSON.stringify(value)}`);
}

function whole(value, name) {
  if (Number.isSafeInteger(value) && value >= 0) return;
  throw new Error(`${name} must be a whole number, 0 or more, got ${JSON.stringify(value ?? null)}`);
}

function isObject(value) {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function lastLine(text) {
  return text.trim().split('\n').at(-1).trim() || 'it said nothing';
}

/** Epoch milliseconds, as fine as the monotonic clock; where a frozen worker's clocks have parted, the wall clock's. */
function epochMs() {
  const fine = performance.timeOrigin + performance.now();
  const wall = Date.now();
  return Math.abs(fine - wall) < 2 ? fine : wall;
}

exports.main = main;
exports.handler = handler;

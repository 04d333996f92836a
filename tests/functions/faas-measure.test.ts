import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createServer as createTcpServer, type AddressInfo } from 'node:net';
import { delimiter, join } from 'node:path';
import { tmpdir } from 'node:os';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { optionalTool } from '../support/tools.js';
import { callFunction, RUNTIMES, type Called, type Entry } from './call-function.js';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const STAT_FIELDS = [
  'exist_id',
  'new_id',
  'vm_id',
  'inst_id',
  'vm_priv_ip',
  'vm_pub_ip',
  'inst_priv_ip',
  'uptime',
  'cpu_info',
];

interface Measured {
  start_time: number;
  end_time: number;
  elapsed_time: number;
  errors: string[];
  note?: string;
  stat?: Record<string, string | null> | null;
  io?: { time: string; speed: string; time_s: number; bytes_per_s: number }[] | null;
  net?: Record<string, string> | null;
  cpu?: number | null;
  cpuu?: number[] | null;
}

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'faas-measure-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const iperf3 = optionalTool('iperf3');

describe.each(RUNTIMES)('faas_measure on %s', (runtime) => {
  const file = runtime === 'python' ? 'faas_measure/faas_measure.py' : 'faas_measure/faas_measure.js';
  const call = (entry: Entry, payloads: unknown[], env: NodeJS.ProcessEnv = {}): Promise<Called[]> =>
    callFunction(file, runtime, entry, payloads, { ...process.env, TMPDIR: folder, ...env });
  const measure = async (payload: unknown, env?: NodeJS.ProcessEnv): Promise<Measured> =>
    (await call('main', [payload], env))[0]!.answer as Measured;
  const textFields = async (cmds: unknown): Promise<string[]> => {
    const [called] = await call('handler', [{ cmds, format: 'text' }]);
    return (called!.answer as string).split('#');
  };

  test('the workload of the seed gives every field, in the shapes that its clients parse', async () => {
    const cmds = { sleep: 0, stat: { argv: 1 }, io: { rd: 3, size: '1kB', cnt: 2 }, cpu: { n: 500 }, cpuu: { n: 50 } };
    const answer = await measure({ cmds });
    expect(Object.keys(answer).toSorted()).toEqual(
      ['cpu', 'cpuu', 'elapsed_time', 'end_time', 'errors', 'io', 'start_time', 'stat'].toSorted(),
    );
    expect(answer.errors).toEqual([]);
    expect(answer.elapsed_time).toBe(answer.end_time - answer.start_time);
    expect(Object.keys(answer.stat!)).toEqual(STAT_FIELDS);
    expect(answer.stat!['uptime']).toMatch(/^\d+\.\d+,\d+\.\d+$/);
    expect(answer.io).toHaveLength(3);
    for (const round of answer.io!) {
      expect(round.speed).toMatch(/^ [\d.]+ [kMG]?B\/s$/); // as dd prints it after its comma
      expect(round.time_s).toBe(Number(round.time));
      expect(round.bytes_per_s).toBeCloseTo(2000 / round.time_s, 6); // 2 writes of 1 kB
    }
    expect(answer.cpu).toBeGreaterThan(0);
    expect(answer.cpuu).toEqual([...new Set(answer.cpuu)].toSorted((a, b) => a - b));
    expect(answer.cpuu![0]).toBeGreaterThanOrEqual(answer.start_time);
    expect(answer.cpuu!.at(-1)).toBeLessThanOrEqual(answer.end_time);
  });

  test('text has the fields of the commands in their order, then start, end and elapsed', async () => {
    // The seed's examples: 3 fields without a result, stat 9 + 3, io and cpu and cpuu one field + 3.
    expect(await textFields({ sleep: 0 })).toHaveLength(3);
    expect(await textFields({ sleep: 0, stat: { argv: 1 } })).toHaveLength(12);
    const [io, ...times] = await textFields({ io: { rd: 3, size: '1kB', cnt: 1 } });
    expect(io!.split(';')).toHaveLength(3);
    expect(io).toMatch(/^([\d.e-]+, [\d.]+ [kMG]?B\/s;?){3}$/);
    expect(Number(times[2])).toBe(Number(times[1]) - Number(times[0]));

    const mixed = await textFields({ cpuu: { n: 2 }, stat: { argv: 1 }, sleep: 0, cpu: { n: 10 } });
    expect(mixed).toHaveLength(1 + 9 + 1 + 3);
    expect(mixed[0]).toMatch(/^\d{13}(\.\d+)?(;\d{13}(\.\d+)?)?$/);
    expect(mixed[1]).toMatch(UUID);
    expect(mixed[6]).toBe('None'); // vm_pub_ip, which nobody asked for
    expect(mixed[10]).toMatch(/^\d+\.\d+$/);
  });

  test('OpenWhisk gets an object in either form, Lambda one string that the client of the seed decodes', async () => {
    const payload = { cmds: { cpu: { n: 5 }, 'größe "x"\\': {} } };
    const [plain, text] = await call('main', [payload, { ...payload, format: 'text' }]);
    expect(plain!.answer).toMatchObject({ cpu: expect.any(Number) });
    expect(text!.answer).toEqual({ result: expect.stringMatching(/^[\d.]+#None#/) });

    const [json] = await call('handler', [payload]);
    // Lambda sends JSON of the string; the seed's client undoes one level of escapes and strips the quotes.
    const onTheWire = JSON.stringify(json!.answer);
    expect(onTheWire).toMatch(/^[ -~]*$/);
    const decoded = onTheWire.replaceAll(/\\(.)/g, '$1').slice(1, -1);
    expect(JSON.parse(decoded)).toMatchObject({ cpu: expect.any(Number), 'größe "x"\\': null });
  });

  test('a format that is neither json nor text is said, and json is given; null is none', async () => {
    const formats = ['xml', 'JSON', 7, false, '', ['text'], null, 'json'];
    const payloads = formats.map((format) => ({ cmds: { cpu: { n: 1 } }, format }));
    const called = await call('main', [...payloads, { cmds: { format: 'xml' } }]);
    const errors = called.map(({ answer }) => (answer as Measured).errors);
    const said = (format: string): string[] => [`format must be "json" or "text", got ${format}; json was taken`];
    expect(errors).toEqual([
      ...['"xml"', '"JSON"', '7', 'false', '""', '["text"]'].map(said),
      [],
      [],
      // where the settings of the original stand
      said('"xml"'),
    ]);
  });

  test.skipIf(optionalTool('python3') === undefined)('the lines of the seed’s client decode it, too', async () => {
    const [json, text] = await call('handler', [
      { cmds: { cpu: { n: 5 }, 'größe "x"\\': {} } },
      { cmds: { cpu: { n: 5 } }, format: 'text' },
    ]);
    const decode = (answer: unknown, then: string): string => {
      const lines = `
import json, sys
r = sys.stdin.buffer.read().decode('unicode_escape')
if r[0] == '"' and r[-1] == '"':
    r = r[1:-1]
${then}`;
      return execFileSync('python3', ['-c', lines], { input: JSON.stringify(answer), encoding: 'utf8' });
    };
    const decoded = JSON.parse(decode(json!.answer, 'print(json.dumps(json.loads(r)))')) as Measured;
    expect(decoded).toEqual(JSON.parse(json!.answer as string));
    expect(decoded).toMatchObject({ cpu: expect.any(Number), 'größe "x"\\': null });
    expect(decode(text!.answer, 'print(r)')).toMatch(/^[\d.]+#\d{13}[\d.]*#\d{13}[\d.]*#[\d.]+\n$/);
  });

  test('a worker keeps its exist_id while warm, and two workers have two', async () => {
    const stat = { cmds: { stat: { argv: 1 } } };
    const other = join(folder, 'other');
    mkdirSync(other);
    const ids = async (tmp: string): Promise<{ exist_id: string; new_id: string }[]> =>
      (await call('main', [stat, stat, stat], { TMPDIR: tmp })).map(
        ({ answer }) => (answer as { stat: { exist_id: string; new_id: string } }).stat,
      );
    const first = await ids(folder);
    const second = await ids(other);
    for (const [cold, ...warm] of [first, second]) {
      expect(cold!.exist_id).toMatch(UUID);
      expect(cold!.new_id).toBe(cold!.exist_id); // equal = the worker's first invocation
      for (const { exist_id, new_id } of warm) {
        expect(exist_id).toBe(cold!.exist_id);
        expect(new_id).not.toBe(exist_id);
      }
    }
    expect(second[0]!.exist_id).not.toBe(first[0]!.exist_id);
    expect(readFileSync(join(folder, 'inst_id.txt'), 'utf8')).toBe(first[0]!.exist_id);
  });

  test('sleep and sleep_till wait, and a sleep that is a time of day is taken as one, with a note', async () => {
    const till = Date.now() + 500;
    const [slept, spun, tilled, epoch, past] = await call('main', [
      { cmds: { sleep: 40 } },
      { cmds: { sleep: 15 }, spin: true },
      { cmds: { sleep_till: till } },
      { cmds: { sleep: till + 20.5 } },
      { cmds: { sleep: 1561075576760.353 } },
    ]);
    const measured = (called: Called | undefined): Measured => called!.answer as Measured;
    // half a millisecond for the two clocks that take part
    expect(measured(slept).elapsed_time).toBeGreaterThan(39.5);
    expect(measured(spun).elapsed_time).toBeGreaterThan(14.5);
    expect(measured(tilled).end_time).toBeGreaterThanOrEqual(till);
    expect(measured(tilled)).not.toHaveProperty('note');
    expect(measured(epoch).end_time).toBeGreaterThanOrEqual(till + 20.5);
    expect(measured(epoch).note).toContain('sleep_till');
    expect(measured(past).note).toContain('1561075576760.353');
    expect(measured(past).errors).toEqual([]);
  });

  test('commands that fail give null and a line each; the others still run', async () => {
    const answer = await measure({
      cmds: {
        sleep: -5,
        io: { rd: 1, size: '1kB; rm -rf /', cnt: 1 },
        net: { server_ip: '--version' },
        cpu: { n: 1.5 },
        cpuu: [1],
        shell: { argv: 'id' },
        stat: { argv: 1 },
      },
    });
    expect(answer).toMatchObject({ io: null, net: null, cpu: null, cpuu: null, shell: null });
    expect(answer.stat).not.toBeNull();
    expect(answer.errors).toEqual([
      'sleep must be a number of milliseconds, 0 or more, got -5',
      'io: size must be a size that dd knows, e.g. 1kB or 1M, got "1kB; rm -rf /"',
      'net: server_ip must be an address or a host name, got "--version"',
      'cpu: n must be a whole number, 0 or more, got 1.5',
      expect.stringMatching(/^cpuu: its parameters must be an object, got \[1\]$/),
      'shell: no such command; there are sleep, sleep_till, stat, io, net, cpu, cpuu',
    ]);
  });

  test('a command that is null or false is left out, and an event without commands is only timed', async () => {
    const [off, none, wrong] = await call('main', [{ cmds: { cpu: null, stat: false } }, {}, { cmds: 'cpu' }]);
    for (const called of [off, none]) {
      expect(Object.keys(called!.answer as Measured).toSorted()).toEqual([
        'elapsed_time',
        'end_time',
        'errors',
        'start_time',
      ]);
    }
    expect((wrong!.answer as Measured).errors).toEqual(['cmds must be an object, got "cpu"']);
  });

  test.each([
    {
      machine: 'cgroup v1 on x86, as AWS had it',
      cgroup: '4:memory:/sandbox-root-UeMFpg/sandbox-ef3135\n1:name=systemd:/other/place\n',
      cpuinfo:
        'processor\t: 0\nmodel name\t: Intel(R) Xeon(R) Processor @ 2.50GHz\nprocessor\t: 1\nmodel name\t: Intel\n',
      told: {
        vm_id: 'sandbox-root-UeMFpg',
        inst_id: 'sandbox-ef3135',
        cpu_info: '2,Intel(R) Xeon(R) Processor @ 2.50GHz',
        uptime: '891.72,1782.32',
      },
    },
    {
      machine: 'cgroup v2 on ARM',
      cgroup: '0::/system.slice/docker-3f2a.scope\n',
      cpuinfo: 'processor\t: 0\nBogoMIPS\t: 243.75\nCPU implementer\t: 0x41\n',
      told: { vm_id: null, inst_id: null, cpu_info: null, uptime: '891.72,1782.32' },
    },
    { machine: 'no /proc at all', told: { vm_id: null, inst_id: null, cpu_info: null, uptime: null } },
  ])('what $machine does not tell is null, and the rest stands', async ({ cgroup, cpuinfo, told }) => {
    const proc = join(folder, 'proc');
    mkdirSync(join(proc, 'self'), { recursive: true });
    if (cgroup !== undefined) {
      writeFileSync(join(proc, 'self', 'cgroup'), cgroup);
      writeFileSync(join(proc, 'cpuinfo'), cpuinfo!);
      writeFileSync(join(proc, 'uptime'), '891.72 1782.32\n');
    }
    // Another machine's /proc: the runtime's own way to read files is turned there before the function is loaded.
    writeFileSync(
      join(folder, 'elsewhere.cjs'),
      `const files = require('node:fs/promises');
       const { readFile } = files;
       files.readFile = (path, ...more) => readFile(String(path).replace(/^\\/proc/, ${JSON.stringify(proc)}), ...more);`,
    );
    writeFileSync(
      join(folder, 'sitecustomize.py'),
      `import builtins\nreal = builtins.open\nbuiltins.open = lambda path, *more, **named: real(str(path).replace("/proc", ${JSON.stringify(proc)}) if str(path).startswith("/proc") else path, *more, **named)\n`,
    );
    const env = { NODE_OPTIONS: `--require ${join(folder, 'elsewhere.cjs')}`, PYTHONPATH: folder };
    const { stat, errors } = await measure({ cmds: { stat: { argv: 1 } } }, env);
    expect(stat).toMatchObject({ ...told, exist_id: expect.stringMatching(UUID), vm_pub_ip: null });
    expect(errors).toEqual([]);
  });

  test('dd that fails is told with its own words, and leaves no file', async () => {
    const broken = join(folder, 'bin');
    mkdirSync(broken);
    writeFileSync(join(broken, 'dd'), '#!/bin/sh\necho "dd: no space, LC_ALL=$LC_ALL" >&2\nexit 1\n');
    chmodSync(join(broken, 'dd'), 0o755);
    const env = { PATH: `${broken}${delimiter}${process.env['PATH']}`, LC_ALL: 'de_DE.UTF-8' };
    const answer = await measure({ cmds: { io: { rd: 1, size: '1kB', cnt: 1 } } }, env);
    expect(answer.io).toBeNull();
    expect(answer.errors).toEqual(['io: dd: dd: no space, LC_ALL=C']);

    const worked = await measure({ cmds: { io: { rd: 2, size: '4k', cnt: 1 } } });
    expect(worked.io).toHaveLength(2);
    expect(existsSync(join(folder, 'ioload.log'))).toBe(false);
  });

  test('vm_pub_ip is asked only of the URL that the caller names', async () => {
    let asked = 0;
    const server = createServer((_request, response) => {
      asked += 1;
      response.end('203.0.113.9\n');
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/ip`;
    try {
      const stat = async (parameters: unknown): Promise<Measured> => measure({ cmds: { stat: parameters } });
      expect((await stat({ argv: 1 })).stat!['vm_pub_ip']).toBeNull();
      expect(asked).toBe(0);
      expect((await stat({ argv: 1, public_ip_url: url })).stat!['vm_pub_ip']).toBe('203.0.113.9');
      const refused = await stat({ public_ip_url: 'file:///etc/passwd' });
      expect(refused.stat!['vm_pub_ip']).toBeNull();
      expect(refused.errors).toEqual(['stat.public_ip_url: must be an http or https URL']);
    } finally {
      server.close();
    }
  });

  test('net without iperf3 is null, and says where iperf3 is looked for', async () => {
    const answer = await measure({ cmds: { net: { server_ip: '127.0.0.1' } } }, { PATH: folder, IPERF3_PATH: '' });
    expect(answer.net).toBeNull();
    expect(answer.errors).toEqual(['net: iperf3 was not found: put it on PATH, or its path into IPERF3_PATH']);
    const elsewhere = await measure({ cmds: { net: { server_ip: '127.0.0.1' } } }, { IPERF3_PATH: '/nowhere/iperf3' });
    expect(elsewhere.errors).toEqual(['net: /nowhere/iperf3 was not found']);
  });

  // With iperf3 installed (.ci/run does) the real thing is measured; without it the answer must say so.
  test('net measures a real iperf3 server where iperf3 is installed, else gives null with the reason', async () => {
    if (iperf3 === undefined) {
      const answer = await measure({ cmds: { net: { server_ip: '127.0.0.1', port: 5201 } } });
      expect(answer).toMatchObject({ net: null, errors: [expect.stringContaining('iperf3 was not found')] });
      return;
    }
    const port = await freePort();
    const server = spawn(iperf3, ['-s', '-B', '127.0.0.1', '-p', String(port), '--forceflush']);
    try {
      await once(server.stdout, 'data'); // "Server listening on …"
      const answer = await measure({ cmds: { net: { server_ip: '127.0.0.1', port, seconds: 1 } } });
      expect(answer.errors).toEqual([]);
      const [bps, meanr, minr, maxr] = ['bps', 'meanr', 'minr', 'maxr'].map((name) => Number(answer.net![name]));
      expect(bps).toBeGreaterThan(1e6);
      expect(minr).toBeLessThanOrEqual(meanr!);
      expect(meanr).toBeLessThanOrEqual(maxr!);
      const [net, ...times] = await textFields({ net: { server_ip: '127.0.0.1', port, seconds: 1 } });
      expect(net!.split(',')).toHaveLength(4); // throughput, mean, min and max round trip
      expect(times).toHaveLength(3);
    } finally {
      server.kill();
      await once(server, 'exit');
    }
    const gone = await measure({ cmds: { net: { server_ip: '127.0.0.1', port } } });
    expect(gone).toMatchObject({ net: null, errors: [expect.stringMatching(/^net: iperf3: .*refused/)] });
  });
});

async function freePort(): Promise<number> {
  const server = createTcpServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

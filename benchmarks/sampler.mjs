// What the sampler costs, in % of one core, beside a plain loop of Node over the same files and the package
// systeminformation. Usage: npm run bench:sampler -- [--seconds 20]
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const BAR_PCT = 1;
const here = dirname(fileURLToPath(import.meta.url));
const { values: flags } = parseArgs({ options: { seconds: { type: 'string', default: '20' } } });
const seconds = Number(flags.seconds);
const ticksPerS = Number(spawnSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }).stdout);
// In memory, as the kernel's own files are.
const folder = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'faaslab-bench-sampler-'));

try {
  const systeminformation = installed('systeminformation@5');
  console.log(`load of the machine before: ${loadavg()[0].toFixed(2)}\n`);
  console.log('| interval | groups | sampler | plain Node | systeminformation, no groups |\n|---|---|---|---|---|');
  let worst = 0;
  for (const interval of [1_000, 100]) {
    for (const groups of [0, 20, 100]) {
      const cgroup = groupTree(groups);
      const own = await costOf('bash', [join(here, '..', 'monitoring', 'Sampler.sh'), '3600', interval], cgroup);
      const node = await costOf(
        process.execPath,
        [join(here, 'sampler', 'node-loop.mjs'), interval, cgroup, 'out'],
        cgroup,
      );
      const other =
        groups > 0
          ? ''
          : systeminformation === null
            ? 'not measured'
            : percent(
                await costOf(
                  process.execPath,
                  [join(here, 'sampler', 'systeminformation-loop.mjs'), interval, systeminformation, 'out'],
                  cgroup,
                ),
              );
      if (interval === 1_000) worst = Math.max(worst, own);
      console.log(`| ${interval} ms | ${groups} | ${percent(own)} | ${percent(node)} | ${other} |`);
    }
  }
  console.log(`\nat 1 s ${worst < BAR_PCT ? 'below' : 'above'} ${BAR_PCT} % of a core`);
  process.exitCode = worst < BAR_PCT ? 0 : 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/** % of one core, of the process and of what it started and waited for, from its second second on. */
async function costOf(program, args, cgroup) {
  const child = spawn(program, args.map(String), {
    cwd: folder,
    stdio: 'ignore',
    env: { PATH: process.env.PATH, FAASLAB_CGROUP: cgroup },
  });
  await sleep(1_500);
  const [ticks, began] = [ticksOf(child.pid), process.hrtime.bigint()];
  await sleep(seconds * 1_000);
  const used = (ticksOf(child.pid) - ticks) / ticksPerS;
  const passed = Number(process.hrtime.bigint() - began) / 1e9;
  child.kill();
  return (100 * used) / passed;
}

/** utime, stime, cutime and cstime: fields 14 to 17 of proc(5). */
function ticksOf(pid) {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1).split(' ');
  return fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0);
}

function groupTree(groups) {
  const root = join(folder, `cgroup-${groups}`);
  if (existsSync(root)) return root;
  mkdirSync(join(root, 'system.slice'), { recursive: true });
  writeFileSync(join(root, 'cgroup.controllers'), 'cpu io memory pids\n');
  writeFileSync(join(root, 'cgroup.stat'), `nr_descendants ${groups}\n`);
  const stall = 'avg10=0.12 avg60=0.34 avg300=0.56 total=123456789\n';
  for (let i = 0; i < groups; i += 1) {
    const group = join(root, 'system.slice', `docker-${String(i).padStart(64, '0')}.scope`);
    mkdirSync(group);
    const counters = ['usage_usec', 'user_usec', 'system_usec', 'nr_periods', 'nr_throttled', 'throttled_usec'];
    writeFileSync(join(group, 'cpu.stat'), counters.map((name) => `${name} 123456789\n`).join(''));
    writeFileSync(join(group, 'memory.current'), '123456789\n');
    writeFileSync(
      join(group, 'io.stat'),
      '254:0 rbytes=123456789 wbytes=123456789 rios=12345 wios=12345 dbytes=0 dios=0\n',
    );
    for (const of of ['cpu', 'memory', 'io'])
      writeFileSync(join(group, `${of}.pressure`), `some ${stall}full ${stall}`);
  }
  return root;
}

/** @returns its folder, or null where it cannot be had */
function installed(what) {
  const prefix = join(tmpdir(), `faaslab-peer-${what.replace('@', '-')}`);
  if (!existsSync(join(prefix, 'node_modules')) || readdirSync(join(prefix, 'node_modules')).length === 0)
    spawnSync('npm', ['install', '--silent', '--no-save', '--prefix', prefix, what], { stdio: 'ignore' });
  return existsSync(join(prefix, 'node_modules', 'systeminformation')) ? prefix : null;
}

function percent(value) {
  return `${value.toFixed(2)} %`;
}

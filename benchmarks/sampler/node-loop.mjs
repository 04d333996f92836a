// The same files by a plain loop of Node: what a sampler in JavaScript would cost at the least.
import { openSync, readdirSync, readFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';

const [interval, cgroup, path] = process.argv.slice(2);
const HOST = ['stat', 'loadavg', 'meminfo', 'pressure/cpu', 'pressure/memory', 'pressure/io', 'net/dev', 'diskstats'];
const GROUP = ['cpu.stat', 'memory.current', 'io.stat', 'cpu.pressure', 'memory.pressure', 'io.pressure'];
const out = openSync(path, 'w');

setInterval(() => {
  const sample = { t: Date.now() };
  for (const name of HOST) sample[name] = readFileSync(join('/proc', name), 'latin1');
  for (const group of readdirSync(join(cgroup, 'system.slice')))
    for (const name of GROUP)
      sample[`${group}/${name}`] = readFileSync(join(cgroup, 'system.slice', group, name), 'latin1');
  writeSync(out, `${JSON.stringify(sample)}\n`);
}, Number(interval));

// The nearest that the package systeminformation has, where it is installed (argument: its folder).
import { createRequire } from 'node:module';
import { openSync, writeSync } from 'node:fs';

const [interval, folder, path] = process.argv.slice(2);
const si = createRequire(`${folder}/package.json`)('systeminformation');
const out = openSync(path, 'w');
const wanted = { currentLoad: '*', mem: '*', networkStats: '*', fsStats: '*', disksIO: '*' };

async function sample() {
  writeSync(out, `${JSON.stringify(await si.get(wanted))}\n`);
}
setInterval(() => void sample(), Number(interval));

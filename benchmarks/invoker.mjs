// The invoker beside its peers against a recording server of ours: when requests really arrived, and what that cost.
// Usage: npm run bench:invoker -- [--rates 1000,5000,20000] [--seconds 10] [--rounds 3] [--tools faaslab,oha] [--stall] [--long]
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { arrivalError, constantPlan } from './invoker/arrival-error.mjs';
import { costOf } from './invoker/process-cost.mjs';
import { plannedTimes, TOOLS } from './invoker/tools.mjs';

const { values: flags } = parseArgs({
  options: {
    rates: { type: 'string', default: '1000,5000,20000' },
    seconds: { type: 'string', default: '10' },
    rounds: { type: 'string', default: '3' },
    tools: { type: 'string', default: Object.keys(TOOLS).join(',') },
    stall: { type: 'boolean', default: false },
    long: { type: 'boolean', default: false },
  },
});
const HEADER =
  '| load | tool | arrived of planned | arrival error p50 / p99 / p99.9 ms | CPU s beyond start-up | memory MB | server loop p99 ms |\n' +
  '|---|---|---|---|---|---|---|';

const folder = mkdtempSync(join(tmpdir(), 'faaslab-bench-'));
const server = await startServer();

try {
  const runs = loads();
  console.log(`${availableParallelism()} cores, Node ${process.version}; ${flags.rounds} rounds, medians\n`);
  for (const name of flags.tools.split(',').filter((each) => TOOLS[each].find() === null)) {
    console.log(`${name}: not installed (benchmarks/invoker/install-peers.sh)`);
  }
  if (runs.length === 0) throw new Error('no tool to measure');
  const idle = await startUpCosts(runs);
  const results = new Map(runs.map((run) => [run, []]));
  for (let round = 0; round < Number(flags.rounds); round += 1) {
    for (const run of runs) {
      results.get(run).push(await measure(run));
      process.stderr.write(`round ${round + 1}: ${nameOf(run)}\n`);
    }
  }
  console.log(HEADER);
  for (const [run, measured] of results) console.log(rowOf(run, measured, idle.get(run.tool)));
} finally {
  server.disconnect();
  rmSync(folder, { recursive: true });
}

/** Every tool that is there at every rate, in turn: a machine that drifts drifts for all. */
function loads() {
  const tools = flags.tools.split(',').filter((name) => TOOLS[name].find() !== null);
  if (flags.stall) return tools.map((tool) => ({ tool, rate: 1_000, seconds: 10, arrivals: 'Constant', stall: true }));
  if (flags.long) {
    const long = tools.flatMap((tool) =>
      [10, 60].map((seconds) => ({ tool, rate: 5_000, seconds, arrivals: 'Constant' })),
    );
    return [...long, { tool: 'faaslab', rate: 5_000, seconds: 600, arrivals: 'Poisson' }];
  }
  return flags.rates.split(',').flatMap((rate) =>
    tools.flatMap((tool) =>
      TOOLS[tool].arrivals.map((arrivals) => ({
        tool,
        rate: Number(rate),
        seconds: Number(flags.seconds),
        arrivals,
      })),
    ),
  );
}

async function startServer() {
  const child = fork(new URL('./invoker/recording-server.mjs', import.meta.url));
  child.send({ port: 0 });
  const [{ port }] = await once(child, 'message');
  child.url = `http://127.0.0.1:${port}/hello`;
  return child;
}

async function ask(message) {
  server.send(message);
  const [answer] = await once(server, 'message');
  return answer;
}

/** What a tool costs that does next to nothing: CPU seconds. */
async function startUpCosts(runs) {
  const costs = new Map();
  for (const { tool } of runs) {
    if (!costs.has(tool)) costs.set(tool, (await measure({ tool, rate: 1, seconds: 1, arrivals: 'Constant' })).cpuS);
  }
  return costs;
}

async function measure({ tool, rate, seconds, arrivals, stall = false }) {
  const { args, planOut, input, env } = TOOLS[tool].command({ folder, url: server.url, rate, seconds, arrivals });
  await ask({ begin: { stallAfterMs: stall ? 4_000 : null } });
  const cost = await costOf(TOOLS[tool].find(), args, { input, env });
  const stamps = join(folder, 'stamps');
  const { loopP99Ms } = await ask({ save: stamps });
  const { buffer } = Uint8Array.from(readFileSync(stamps));
  const planned = planOut === undefined ? constantPlan(rate, seconds) : plannedTimes(planOut);
  const own = tool === 'faaslab' && cost.stdout !== '' ? JSON.parse(cost.stdout).manifest : null;
  return {
    ...(arrivalError(new Float64Array(buffer), planned) ?? { arrived: 0, planned: planned.length }),
    cpuS: cost.cpuS,
    firingCpuS: own === null ? null : (own.generator.cpu_share * (own.end_epoch_ms - own.start_epoch_ms)) / 1_000,
    // Of faaslab while it fires; what settles its tables afterwards is told apart.
    rssBytes: own?.generator.max_rss_bytes ?? cost.peakRssBytes,
    peakRssBytes: cost.peakRssBytes,
    dropped: own?.ledger.dropped ?? null,
    loopP99Ms,
  };
}

function nameOf({ tool, rate, seconds, arrivals, stall }) {
  return `${tool} ${arrivals} ${rate}/s ${seconds} s${stall ? ' stall' : ''}`;
}

function rowOf({ tool, rate, seconds, arrivals, stall }, measured, idleCpuS) {
  const middle = (read) => median(measured.map(read));
  const ms = (read) => threeDigits(middle(read));
  const mb = (read) => Math.round(middle(read) / 2 ** 20);
  const own = tool === 'faaslab';
  const load = `${arrivals} ${rate.toLocaleString('en')}/s, ${seconds} s${stall ? ', a 2 s stall' : ''}`;
  const errors = `${ms((m) => m.p50)} / ${ms((m) => m.p99)} / ${ms((m) => m.p999)}`;
  const cpu = `${threeDigits(middle((m) => m.cpuS) - idleCpuS)}${own ? ` (firing ${ms((m) => m.firingCpuS)})` : ''}`;
  const memory = own ? `${mb((m) => m.rssBytes)} (settling ${mb((m) => m.peakRssBytes)})` : mb((m) => m.rssBytes);
  const arrived = measured.map((m) => m.arrived.toLocaleString('en'));
  const planned = measured[0].planned.toLocaleString('en');
  return `| ${load} | ${tool} | ${[...new Set(arrived)].join(' · ')} of ${planned} | ${errors} | ${cpu} | ${memory} | ${ms((m) => m.loopP99Ms)} |`;
}

/** Of an even number of rounds the upper of the two in the middle: of two, the worse. */
function median(values) {
  const sorted = values.filter((value) => value !== undefined && value !== null).toSorted((a, b) => a - b);
  return sorted.length === 0 ? NaN : sorted[Math.floor(sorted.length / 2)];
}

function threeDigits(value) {
  return Number.isNaN(value) ? '–' : String(Number(value.toPrecision(value < 0.1 ? 2 : 3)));
}

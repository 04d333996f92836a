// The embedded platform: what it adds to a warm invocation, how many it makes in a second, and how long a cold start takes
// beside the bare program. Figures that depend on the machine stand beside what bare Node takes in the same rounds.
// Usage: npm run bench:platform -- [--rounds 10] [--calls 2000] [--seconds 3] [--connections 1,2,4,8,16] [--pairs 40]
//        [--part warm,rate,cold] [--quick]
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { availableParallelism, loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { estimateQuantile } from '../dist/statistics/intervals.js';
import { BARE, coldStarts } from './platform/cold-starts.mjs';
import { medianOf, shown } from './platform/estimates.mjs';
import { cpuMsOf, machineBusyMs } from './platform/processor-time.mjs';
import { lambdaRequest, openwhiskRequest } from './platform/requests.mjs';
import { SOURCES, startPlatform } from './platform/running-platform.mjs';

const { values: flags } = parseArgs({
  options: {
    rounds: { type: 'string' },
    calls: { type: 'string' },
    seconds: { type: 'string' },
    pairs: { type: 'string' },
    connections: { type: 'string', default: '1,2,4,8,16' },
    part: { type: 'string', default: 'warm,rate,cold' },
    quick: { type: 'boolean', default: false },
  },
});
const usual = flags.quick
  ? { rounds: 2, calls: 1_000, seconds: 1, pairs: 10 }
  : { rounds: 10, calls: 2_000, seconds: 3, pairs: 40 };
const asked = Object.fromEntries(Object.entries(usual).map(([name, normal]) => [name, Number(flags[name] ?? normal)]));
const parts = new Set(flags.part.split(','));
const BARS = { overheadMs: 0.6, perSecond: 3_000, coldRatio: 1.5 };
const BODY = '{"n":1}';
/** Calls before anything is measured: both sides are compiled by then. */
const WARM_UP_CALLS = 2_000;
const INVOCATIONS = '/2015-03-31/functions/echo/invocations';
const missed = [];

const caller = fork(new URL('./platform/caller.mjs', import.meta.url));
const bare = fork(new URL('./platform/bare-server.mjs', import.meta.url));
const [barePort] = await once(bare, 'message');
try {
  console.log(`load of the machine before: ${loadavg()[0].toFixed(2)}, Node ${process.version}`);
  if (parts.has('warm')) await warm();
  if (parts.has('rate')) await rates();
  if (parts.has('cold')) await cold();
  console.log(missed.length === 0 ? '\nall bars are met' : `\nMISSED: ${missed.join('; ')}`);
  process.exitCode = missed.length === 0 ? 0 : 1;
} finally {
  caller.disconnect();
  bare.disconnect();
}

/** One caller, one call at a time, over one connection: latency, and what is left without the function's own run. */
async function warm() {
  const platform = await startPlatform();
  await platform.putAction('echo', SOURCES.node);
  await platform.putAction('echo-python', SOURCES.python);
  await platform.createFunction('echo');
  const { openwhisk, openwhiskPort, lambda, lambdaPort } = platform;
  const action = (path) => () => ({ port: openwhiskPort, request: openwhiskRequest(openwhisk, path, BODY) });
  const ways = {
    'OpenWhisk, result': action('actions/echo?blocking=true&result=true'),
    'OpenWhisk, record': action('actions/echo?blocking=true'),
    'OpenWhisk, Python': action('actions/echo-python?blocking=true&result=true'),
    Lambda: () => ({ port: lambdaPort, request: lambdaRequest(lambda, 'POST', INVOCATIONS, BODY) }),
    'bare node:http': () => ({ port: barePort, request: openwhiskRequest(openwhisk, '', BODY) }),
  };
  const made = Object.fromEntries(Object.keys(ways).map((way) => [way, { latencies: [], ids: [] }]));
  for (const way of Object.values(ways)) await call({ ...way(), calls: WARM_UP_CALLS });
  for (let round = 0; round < asked.rounds; round += 1) {
    for (const [name, way] of Object.entries(ways)) {
      const { latencies, ids } = await call({ ...way(), calls: asked.calls });
      made[name].latencies.push(...latencies);
      made[name].ids.push(...ids);
    }
  }
  const truths = await platform.stop();
  const of = (values, p) => estimateQuantile(Float64Array.from(values), p);
  const bareP50 = of(made['bare node:http'].latencies, 0.5).value;
  console.log(
    `\n${asked.rounds} rounds of ${asked.calls} calls each, one at a time over a connection that is kept, ms:\n`,
  );
  console.log(
    '| | latency p50 | p99 | × bare | run → done p50 | overhead p50 | overhead p99 |\n|---|---|---|---|---|---|---|',
  );
  for (const [name, { latencies, ids }] of Object.entries(made)) {
    const [p50, p99] = [of(latencies, 0.5), of(latencies, 0.99)];
    const ratio = (p50.value / bareP50).toFixed(1);
    if (name === 'bare node:http') {
      console.log(`| ${name} | ${shown(p50)} | ${shown(p99)} | 1 | | | |`);
      continue;
    }
    const runs = ids.map((id) => truths.get(id)).map(({ run_ns: run, done_ns: done }) => (done - run) / 1e6);
    const overheads = latencies.map((ms, at) => ms - runs[at]);
    const overhead = of(overheads, 0.5);
    if (name !== 'OpenWhisk, Python' && overhead.value >= BARS.overheadMs)
      missed.push(`${name}: overhead ${shown(overhead)} ms`);
    console.log(
      `| ${name} | ${shown(p50)} | ${shown(p99)} | ${ratio} | ${shown(of(runs, 0.5))} | ${shown(overhead)} | ${shown(of(overheads, 0.99))} |`,
    );
  }
}

/**
 * Callers that each wait for their answer, as many as there are connections, on the same cores as everything else. Beside the
 * rate stands how much of the cores others took meanwhile, and what one invocation takes of them: the rate that two cores of
 * their own would give is at most cores / (all µs), and 1 / (platform's µs), whose work is mostly in one thread.
 */
async function rates() {
  const connections = flags.connections.split(',').map(Number);
  const platform = await startPlatform({ pool: { max_instances: 2 } });
  await platform.putAction('echo', SOURCES.node);
  const { openwhisk, openwhiskPort: port, pid } = platform;
  const request = openwhiskRequest(openwhisk, 'actions/echo?blocking=true&result=true', BODY);
  const made = new Map(connections.map((count) => [count, []]));
  for (let round = 0; round <= asked.rounds; round += 1) {
    for (const count of connections) {
      const before = [pid, ...platform.instances()].map((one) => [one, cpuMsOf(one)]);
      const busyMs = machineBusyMs();
      const { calls, seconds, cpuMs } = await call({ port, request, connections: count, seconds: asked.seconds });
      const machineMs = machineBusyMs() - busyMs;
      const [own, ...instances] = before.map(([one, ms]) => cpuMsOf(one) - ms);
      // The first round starts the instances and has the code compiled.
      if (round === 0) continue;
      const ofInstances = instances.reduce((all, ms) => all + ms, 0);
      const all = own + ofInstances + cpuMs;
      const perCallUs = (ms) => (ms * 1_000) / calls;
      made.get(count).push({
        perSecond: calls / seconds,
        others: (machineMs - all) / 1_000 / seconds,
        own: perCallUs(own),
        instances: perCallUs(ofInstances),
        caller: perCallUs(cpuMs),
        possible: Math.min((availableParallelism() * 1e6) / perCallUs(all), 1e6 / perCallUs(own)),
      });
    }
  }
  await platform.stop();
  const cores = availableParallelism();
  console.log(
    `\n${asked.rounds} rounds of ${asked.seconds} s each, two instances; µs of processor time an invocation:\n`,
  );
  console.log(
    `| connections | invocations/s | best | cores that others took, of ${cores} | platform µs | instances µs | callers µs | with ${cores} cores, at most |`,
  );
  console.log('|--:|---|--:|--:|--:|--:|--:|---|');
  let best = { perSecond: { value: 0 } };
  for (const [count, rounds] of made) {
    const median = (what) => medianOf(rounds.map((round) => round[what]));
    const [perSecond, possible] = [median('perSecond'), median('possible')];
    if (perSecond.value > best.perSecond.value) best = { perSecond, possible };
    const most = Math.max(...rounds.map((round) => round.perSecond));
    const [own, instances, callers] = ['own', 'instances', 'caller'].map((who) => median(who).value.toFixed(0));
    const others = median('others').value.toFixed(1);
    console.log(
      `| ${count} | ${shown(perSecond)} | ${shown({ value: most, low: null })} | ${others} | ${own} | ${instances} | ${callers} | ${shown(possible)} |`,
    );
  }
  const { perSecond, possible } = best;
  if (perSecond.value < BARS.perSecond)
    missed.push(`${shown(perSecond)} warm invocations/s (at most ${shown(possible)} if the cores were not shared)`);
}

/** Cold starts in turn with the bare program. */
async function cold() {
  const request = ({ openwhisk, openwhiskPort: port }, action) =>
    call({ port, request: openwhiskRequest(openwhisk, `actions/${action}?blocking=true&result=true`, BODY), calls: 1 });
  console.log(`\n${asked.pairs} pairs; ms, and medians of the ratios of pairs:\n`);
  console.log(
    '| bare program | from start to end | accept → ready | × bare | accept → run | × bare |\n|---|---|---|---|---|---|',
  );
  for (const [runtime, program] of Object.entries(BARE)) {
    if (program === undefined) continue;
    const pairs = await coldStarts(
      runtime,
      asked.pairs,
      async (platform, action) => (await request(platform, action)).ids[0],
    );
    const median = (read) => medianOf(pairs.map(read));
    const [toReady, toRun] = [median((pair) => pair.readyMs / pair.bareMs), median((pair) => pair.runMs / pair.bareMs)];
    if (toRun.value > BARS.coldRatio) missed.push(`cold start of ${runtime}: ${shown(toRun)} × ${program.name}`);
    console.log(
      `| ${program.name} | ${shown(median((pair) => pair.bareMs))} | ${shown(median((pair) => pair.readyMs))} | ${shown(toReady)} | ` +
        `${shown(median((pair) => pair.runMs))} | ${shown(toRun)} |`,
    );
  }
}

async function call(message) {
  caller.send(message);
  const [answer] = await once(caller, 'message');
  return answer;
}

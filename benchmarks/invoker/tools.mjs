import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';

/** Where install-peers.sh puts them; FAASLAB_PEERS names another folder. */
export const PEERS_FOLDER = process.env.FAASLAB_PEERS ?? join(homedir(), '.cache', 'faaslab', 'peers');

const BODY = '{"a":1}';

/**
 * The load generators, each as the command that offers a rate for some seconds to a URL. `arrivals` it can offer; `find` its
 * program, or null where it is not installed.
 */
export const TOOLS = {
  faaslab: {
    arrivals: ['Constant', 'Poisson'],
    find: () => process.execPath,
    command({ folder, url, rate, seconds, arrivals }) {
      const config = join(folder, `faaslab-${arrivals}-${rate}-${seconds}.json`);
      const instance = { url, data: JSON.parse(BODY), distribution: arrivals, rate };
      writeFileSync(
        config,
        JSON.stringify({
          test_name: 'bench',
          test_duration_in_seconds: seconds,
          random_seed: 1,
          endpoint: 'generic',
          limits: { response_body_bytes: 0 },
          instances: { load: instance },
        }),
      );
      const out = join(folder, 'runs');
      const planOut = join(folder, 'plan.csv');
      return { args: ['WorkloadInvoker', '-c', config, '-o', out, '--plan-out', planOut, '--json'], planOut };
    },
  },
  oha: {
    arrivals: ['Constant'],
    find: () => installed('oha'),
    command: ({ url, rate, seconds }) => ({
      args: `-z ${seconds}s -q ${rate} -c 100 -m POST -d ${BODY} -T application/json --latency-correction --no-tui --output-format json ${url}`.split(
        ' ',
      ),
    }),
  },
  vegeta: {
    arrivals: ['Constant'],
    find: () => installed('vegeta'),
    command({ folder, url, rate, seconds }) {
      writeFileSync(join(folder, 'body.json'), BODY);
      return {
        args: [
          'attack',
          `-rate=${rate}/s`,
          `-duration=${seconds}s`,
          '-body',
          join(folder, 'body.json'),
          '-output',
          '/dev/null',
        ],
        input: `POST ${url}\nContent-Type: application/json\n`,
      };
    },
  },
  k6: {
    arrivals: ['Constant'],
    find: () => installed('k6'),
    command({ folder, url, rate, seconds }) {
      const script = join(folder, `k6-${rate}.js`);
      writeFileSync(
        script,
        `import http from 'k6/http';
export const options = { scenarios: { load: { executor: 'constant-arrival-rate', rate: ${rate}, timeUnit: '1s',
  duration: '${seconds}s', preAllocatedVUs: 100, maxVUs: 4000 } } };
const headers = { 'content-type': 'application/json' };
export default function () { http.post('${url}', '${BODY}', { headers }); }
`,
      );
      return { args: ['run', '--quiet', '--no-usage-report', script], env: { K6_NO_USAGE_REPORT: 'true' } };
    },
  },
};

function installed(name) {
  const folders = [PEERS_FOLDER, join(PEERS_FOLDER, 'bin'), ...(process.env.PATH ?? '').split(delimiter)];
  return folders.map((folder) => join(folder, name)).find((path) => existsSync(path)) ?? null;
}

/** Planned times of a `--plan-out` file, ms. */
export function plannedTimes(path) {
  const lines = readFileSync(path, 'utf8').trimEnd().split('\n').slice(1);
  return Float64Array.from(lines, (line) => Number(line.slice(line.lastIndexOf(',') + 1)));
}

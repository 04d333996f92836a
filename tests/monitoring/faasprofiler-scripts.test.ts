import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { delimiter, join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { monotonicMs } from '../../common/clock.js';
import { readMonitors } from '../../analyzer/monitors/monitoring.js';
import { startMonitors } from '../../monitoring/monitors.js';
import type { Manifest } from '../../records/manifest.js';
import { openTables } from '../../records/tables.js';
import { loadWorkload } from '../../workload/load.js';
import { emptyFolder } from '../support/programs.js';

/** In the manner of FaaSProfiler's own: outputs of before are cleared, tools run with sudo, into the working directory. */
const RUNTIME = `#!/bin/bash
rm -f *.out
MONITORING_TIME=$1
bash $FAAS_ROOT/monitoring/Perf.sh $MONITORING_TIME 120 &
`;
const PERF = `#!/bin/bash
sudo perf stat -a -e cpu-cycles,page-faults -I $2 -o perf-mon.out sleep $1
`;
/** Writes what perf writes, and how it was called. */
const PERF_TOOL = `#!/bin/bash
echo "$@" >called
printf '# started on Sat Nov 21 08:33:20 2026\\n\\n#           time             counts unit events\\n' >perf-mon.out
printf '     0.120112233          1,234,567      cpu-cycles\\n     0.120112233    <not counted>      page-faults\\n' >>perf-mon.out
printf '     0.240112233          2,234,567      cpu-cycles\\n     0.240112233                 12      page-faults\\n' >>perf-mon.out
`;

test('FaaSProfiler’s scripts work as they are, and what they wrote is placed by their start', async () => {
  const root = emptyFolder();
  mkdirSync(join(root, 'monitoring'));
  writeFileSync(join(root, 'monitoring', 'RuntimeMonitoring.sh'), RUNTIME);
  writeFileSync(join(root, 'monitoring', 'Perf.sh'), PERF);
  // Where its users start it: an output of an earlier test, which is neither read nor removed.
  writeFileSync(join(root, 'perf-mon.out'), '     1.000000000                 77      stale-event\n');
  const bin = emptyFolder();
  writeFileSync(join(bin, 'perf'), PERF_TOOL, { mode: 0o755 });
  writeFileSync(join(bin, 'sudo'), '#!/bin/bash\n"$@"\n', { mode: 0o755 });
  const path = process.env['PATH'];
  process.env['PATH'] = `${bin}${delimiter}${path}`;
  onTestFinished(() => void (process.env['PATH'] = path));
  const config = {
    test_name: 'old',
    test_duration_in_seconds: 3,
    blocking_cli: false,
    instances: { a: { application: 'hello', distribution: 'Uniform', rate: 1 } },
    perf_monitoring: { runtime_script: 'monitoring/RuntimeMonitoring.sh', post_script: null },
  };
  writeFileSync(join(root, 'config.json'), JSON.stringify(config));

  const { monitoring, durationS } = await loadWorkload('config.json', { cwd: root });
  const runDirectory = emptyFolder();
  const zero = { monotonicMs: monotonicMs() + 500, epochMs: Date.now() + 500 };
  const monitors = await startMonitors(monitoring, { runDirectory, durationS, stop: new AbortController().signal });
  await monitors.endRuntime(20_000);
  const recorded = monitors.recorded(zero);
  expect(recorded.monitors).toMatchObject([{ role: 'runtime_script', status: 'ok', message: null }]);
  const folder = join(runDirectory, 'monitors', hostname());
  expect(readFileSync(join(folder, 'called'), 'utf8')).toBe(
    'stat -a -e cpu-cycles,page-faults -I 120 -o perf-mon.out sleep 3\n',
  );
  expect(existsSync(join(root, 'perf-mon.out'))).toBe(true);

  const tables = await openTables();
  onTestFinished(() => tables.close());
  const manifest = { start_epoch_ms: zero.epochMs, endpoint: {}, ...recorded } as unknown as Manifest;
  const warnings: string[] = [];
  const { tables: read } = await readMonitors(tables, runDirectory, manifest, {
    onWarning: (warning) => void warnings.push(warning),
  });
  expect(warnings).toEqual([]);
  const startMs = recorded.monitors[0]!.start_ms!;
  expect(startMs).toBeLessThan(0);
  expect(read).toMatchObject([{ host: hostname(), table: 'perf', rows: 2, approximate: true, uncertainty_ms: null }]);
  expect(read[0]!.from_ms).toBeCloseTo(startMs + 120.112, 2);
  const rows = await tables.query(
    'SELECT "cpu-cycles" AS cycles, "page-faults" AS faults FROM monitor_perf ORDER BY time_ms',
  );
  expect(rows).toEqual([
    { cycles: 1_234_567, faults: null },
    { cycles: 2_234_567, faults: 12 },
  ]);
});

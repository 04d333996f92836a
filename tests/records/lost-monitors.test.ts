import { expect, test } from 'vitest';
import { lostMonitors } from '../../records/lost-monitors.js';
import type { Manifest, MonitorOutcome } from '../../records/manifest.js';

test('with a killed invoker what ran is lost, with what is left of it; what had ended before stays as it was', () => {
  const outcome = (given: Partial<MonitorOutcome>): MonitorOutcome => ({
    role: 'sampler',
    host: 'here',
    script: 's',
    status: 'running',
    message: null,
    start_ms: -5,
    ...given,
  });
  const unreachable = outcome({ role: 'host', host: 'b', status: 'unreachable', message: 'no way', start_ms: null });
  const monitors = [
    outcome({}),
    outcome({ role: 'runtime_script' }),
    outcome({ role: 'host', host: 'a' }),
    outcome({ role: 'runtime_script', host: 'a' }),
    outcome({ host: 'a' }),
    outcome({ role: 'kubernetes', host: 'kubernetes+openwhisk' }),
    unreachable,
  ];
  const host = (name: string, ssh: string | null) => ({ name, folder: `monitors/${name}`, ssh, clock: [] });
  const monitored_hosts = [host('here', null), host('a', 'user@a'), host('kubernetes+openwhisk', null)];
  const lost = lostMonitors({ monitors, monitored_hosts } as unknown as Manifest);
  const ended = 'it ended with the invoker, which was killed';
  expect(lost.slice(0, -1).map(({ status, message }) => [status, message])).toEqual([
    ['lost', `${ended}; what it wrote until then is kept`],
    ['lost', `${ended}; what it wrote until then is kept`],
    ['lost', ended],
    ['lost', `${ended}; what it wrote is lost with it`],
    ['lost', `${ended}; what it wrote until then is kept`],
    ['lost', `${ended}; what it wrote until then is kept`],
  ]);
  expect(lost.map(({ start_ms }) => start_ms)).toEqual([-5, -5, -5, -5, -5, -5, null]);
  expect(lost.at(-1)).toBe(unreachable);
});

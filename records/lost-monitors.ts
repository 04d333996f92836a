import type { Manifest, MonitorOutcome } from './manifest.js';

/** How the monitors of a run ended whose invoker was killed: with it, and nobody saw how. */
export function lostMonitors({ monitors, monitored_hosts: hosts = [] }: Manifest): MonitorOutcome[] {
  return monitors.map((one) => {
    if (one.status !== 'running') return one;
    const isRemote = (hosts.find(({ name }) => name === one.host)?.ssh ?? null) !== null;
    return { ...one, status: 'lost', message: `it ended with the invoker, which was killed${remains(one, isRemote)}` };
  });
}

/** What a script wrote on another host comes here only at the end; samples come as they are taken. */
function remains({ role }: MonitorOutcome, isRemote: boolean): string {
  if (role === 'host') return '';
  if (isRemote && role === 'runtime_script') return '; what it wrote is lost with it';
  return '; what it wrote until then is kept';
}

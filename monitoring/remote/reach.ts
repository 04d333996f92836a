import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { messageOf } from '../../common/errors.js';
import { greet, readHostClock } from './exchange.js';
import { encoded } from './protocol.js';
import type { Session } from './session.js';
import { notInTime } from './ssh-fault.js';
import { onAbort, type Visit } from './visit.js';

/** What monitors are told by the environment here, they are told there. */
const FORWARDED = ['FAASLAB_MONITORS', 'FAASLAB_PERF_EVENTS', 'FAASLAB_BLKTRACE_DEVICE'];

/**
 * Waits for the agent, reads the host's clock and brings the scripts there, all within one limit: the run waits for it.
 * @throws whatever is in the way, once ssh is gone
 */
export async function reach({ remote, session, place, host, limits, script, sampler }: Visit): Promise<void> {
  const { reachMs } = limits;
  const late = setTimeout(() => session.cut(notInTime(remote, reachMs)), reachMs);
  const stopped = onAbort(place.stop, () => session.cut('the run was interrupted before it answered'));
  try {
    await greet(session, reachMs);
    keepAlive(session, limits.leaseS);
    for (const name of FORWARDED) {
      const value = process.env[name];
      if (value !== undefined) session.send(`env ${name} ${encoded(value)}`);
    }
    host.clock.push(await readHostClock(session, limits.clockMs, reachMs));
    await script?.send();
    const isSampled = (await sampler?.send()) === true;
    // Two samplers on a host: RuntimeMonitoring.sh leaves its own out then.
    if (isSampled) session.send(`env FAASLAB_SAMPLED ${encoded('1')}`);
    await mkdir(join(place.runDirectory, host.folder), { recursive: true });
  } catch (error) {
    if (session.overAtMs === null) session.cut(messageOf(error));
    // What it wrote to its stderr is whole only then.
    await session.closed;
    throw error;
  } finally {
    clearTimeout(late);
    stopped();
  }
}

/** Says something now and then: a host that hears nothing for the length of the lease takes us for gone. */
function keepAlive(session: Session, leaseS: number): void {
  session.send(`lease ${leaseS}`);
  const beat = setInterval(() => session.send('alive'), (leaseS * 1_000) / 6);
  beat.unref();
  void session.closed.then(() => clearInterval(beat));
}

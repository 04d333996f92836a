import { monotonicMs } from '../../common/clock.js';
import type { Connection } from './connection.js';

/** How often connections that were idle for too long are looked for. */
const SWEEP_EVERY_MS = 1_000;

/** Connections that nobody uses. The one used last is taken first, so that those that are not needed grow old and go. */
export interface IdleConnections {
  readonly count: number;
  add(connection: Connection): void;
  take(): Connection | undefined;
  close(): void;
}

/** @param tooOld called for each that was idle for too long, after it was taken out */
export function idleConnections(tooOld: (connection: Connection) => void): IdleConnections {
  let idle: Connection[] = [];
  const sweeping = setInterval(sweep, SWEEP_EVERY_MS);
  sweeping.unref();

  function sweep(): void {
    const now = monotonicMs();
    const old = idle.filter((connection) => !connection.reusable || connection.idleUntilMs <= now);
    if (old.length === 0) return;
    idle = idle.filter((connection) => connection.reusable && connection.idleUntilMs > now);
    for (const connection of old) if (connection.reusable) tooOld(connection);
  }
  return {
    get count() {
      return idle.length;
    },
    add: (connection) => void idle.push(connection),
    take() {
      for (let connection = idle.pop(); connection !== undefined; connection = idle.pop()) {
        // One that has closed meanwhile was already counted out.
        if (!connection.reusable) continue;
        if (connection.idleUntilMs > monotonicMs()) return connection;
        tooOld(connection);
      }
      return undefined;
    },
    close: () => clearInterval(sweeping),
  };
}

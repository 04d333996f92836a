import { execFileSync, spawnSync } from 'node:child_process';
import { onTestFinished } from 'vitest';
import { optionalTool } from './tools.js';

const IP = optionalTool('ip');

/** Whether this user may make network namespaces; elsewhere what needs one is left out. */
export const CAN_MAKE_NAMESPACES = IP !== undefined && isPermitted(`fl-try-${process.pid}`);

function isPermitted(name: string): boolean {
  if (spawnSync(IP!, ['netns', 'add', name]).status !== 0) return false;
  return spawnSync(IP!, ['netns', 'del', name]).status === 0;
}

/** Another network, which one cable joins to ours. */
export interface OtherNetwork {
  /** of its end of the cable */
  address: string;
  /** what to run a program there under */
  under: string[];
  /** Pulls the cable: nothing is told to anybody, packets just go nowhere. */
  unplug(): void;
}

/** Until the end of the test. The addresses are of those for benchmarks between networks (RFC 2544), which nobody else has. */
export function otherNetwork(): OtherNetwork {
  const name = `fl-${process.pid}`;
  const [here, there] = [`fla${process.pid}`, `flb${process.pid}`];
  const third = process.pid % 250;
  const ip = (...args: string[]): void => void execFileSync(IP!, args);
  ip('netns', 'add', name);
  onTestFinished(() => {
    spawnSync(IP!, ['link', 'del', here]);
    ip('netns', 'del', name);
  });
  ip('link', 'add', here, 'type', 'veth', 'peer', 'name', there, 'netns', name);
  ip('addr', 'add', `198.18.${third}.1/30`, 'dev', here);
  ip('link', 'set', here, 'up');
  ip('-n', name, 'addr', 'add', `198.18.${third}.2/30`, 'dev', there);
  ip('-n', name, 'link', 'set', there, 'up');
  return {
    address: `198.18.${third}.2`,
    under: [IP!, 'netns', 'exec', name],
    unplug: () => ip('link', 'set', here, 'down'),
  };
}

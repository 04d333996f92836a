import type { PullProgress } from './pull.js';

const LEAST_MS_BETWEEN = 100;

/** One line that renews while activations are read; nothing where nobody is looking. */
export function pullProgress(screen: NodeJS.WriteStream): {
  show: (progress: PullProgress) => void;
  clear: () => void;
} {
  const isShown = screen.isTTY && process.env['NO_COLOR'] === undefined;
  let lastMs = -Infinity;
  let onScreen = false;
  return {
    show({ read, found, expected, waitedS }) {
      const now = performance.now();
      if (!isShown || now - lastMs < LEAST_MS_BETWEEN) return;
      lastMs = now;
      const count = (n: number): string => n.toLocaleString('en-US');
      const wait =
        found === null ? '' : `  found ${count(found)} of ${count(expected)}  waited ${waitedS.toFixed(0)} s`;
      screen.write(`\r\u001b[Kactivations: read ${count(read)}${wait}`);
      onScreen = true;
    },
    clear() {
      if (onScreen) screen.write('\r\u001b[K');
      onScreen = false;
    },
  };
}

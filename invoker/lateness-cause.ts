import type { Generator } from '../records/manifest.js';

/** A firing thread this busy could do no more: it has one core. */
const BUSY_SHARE = 0.9;
/** Ready to run and not running for this share of the time makes a p99: a hundredth of the rows. */
const STARVED_SHARE = 0.01;

/**
 * Why rows were fired late, as far as the generator's threads tell it: other work had the processors, the garbage
 * collector paused the firing thread, or there was more to do than one core does.
 */
export function causeOfLateness(generator: Generator | null, budgetMs: number): string {
  if (generator === null) return 'the cause is not known';
  const { firing } = generator.threads ?? {};
  const ofThread = firing?.cpu_share ?? null;
  const cpuShare = ofThread ?? generator.cpu_share;
  const busy = `the ${ofThread === null ? 'generator' : 'firing thread'} was at ${percent(cpuShare)} CPU`;
  const causes: string[] = [];
  const waitedShare = firing?.waited_share ?? 0;
  if (waitedShare >= STARVED_SHARE) {
    causes.push(`waited ${percent(waitedShare)} of the time for a processor that other work had`);
  }
  // A pause is measured by the clock: that of a thread without a processor lasts until it has one again.
  if (causes.length === 0 && firing !== undefined && firing.gc_max_ms >= budgetMs / 2) {
    causes.push(`was paused by its garbage collector for up to ${firing.gc_max_ms.toFixed(0)} ms`);
  }
  if (causes.length > 0) return [busy, ...causes].join(', and ');
  if (cpuShare >= BUSY_SHARE) return `${busy} and could not fire faster`;
  return `${busy}, so other work on this machine is the likely cause`;
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}

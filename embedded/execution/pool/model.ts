import type { Placement } from './members.js';

/** What the pool may use. */
export interface PoolLimits {
  /** instances of all functions together, prewarmed ones included */
  maxInstances: number;
  /** instances of one function, where the function does not say; null = no limit of its own */
  maxInstancesPerFunction: number | null;
  /** jobs of one function that may wait; null = any number */
  queueLimit: number | null;
  /** how long an idle instance is kept, ms */
  keepAliveMs: number;
  /** instances that may start at one time: on few cores, parallel starts only slow each other */
  spawnParallelism: number;
  placement: Placement;
  /** of the placement `random` */
  placementSeed: number;
  /** instances without a function that are kept ready, by runtime */
  prewarm: Readonly<Partial<Record<string, number>>>;
}

/** What the pool must know of a function. */
export interface FunctionShape {
  key: string;
  /** jobs that one of its instances executes at a time */
  concurrency: number;
  /** instances of it at a time; null = the pool's own limit */
  maxInstances: number | null;
  /** the runtime whose prewarmed instances can become its own; null = it needs a fresh one */
  prewarmedBy: string | null;
}

/** What is to be done, in this order. */
export type PoolAction<Job> =
  | { act: 'run'; instance: number; job: Job }
  /** start an instance for this job */
  | { act: 'spawn'; instance: number; job: Job }
  /** start an instance without a function */
  | { act: 'prewarm'; instance: number; runtime: string }
  /** a prewarmed instance gets the function of this job, and the job */
  | { act: 'adopt'; instance: number; job: Job }
  | { act: 'stop'; instance: number };

/** Decides which instance serves which job; knows no process, no timer, no clock but the times it is told. */
export interface Pool<Job> {
  /** Starts the prewarmed instances. */
  prewarm(): PoolAction<Job>[];
  /** Whether a job of this function would be executed at once or may wait. */
  hasRoom(fn: FunctionShape): boolean;
  /** A job arrived. */
  enqueue(fn: FunctionShape, job: Job): PoolAction<Job>[];
  /** An instance has finished starting: it serves the job for which it was ordered, or waits for a function. */
  started(instance: number): PoolAction<Job>[];
  /** An instance has answered a job and takes another. */
  freed(instance: number, nowMs: number): PoolAction<Job>[];
  /** An instance takes no more jobs and will end when it has answered those that it has. */
  leaves(instance: number): PoolAction<Job>[];
  /** An instance has ended, whatever it was doing. */
  gone(instance: number): PoolAction<Job>[];
  /** No instance of this function may take new jobs: it was changed or deleted. Jobs that wait for it remain. */
  retire(functionKey: string): PoolAction<Job>[];
  /** Ends the instances whose keep-alive is over. */
  expire(nowMs: number): PoolAction<Job>[];
  /** when `expire` has something to do next, ms; null = no instance is idle */
  nextExpiryMs(): number | null;
  /** Takes all jobs that wait. */
  drain(): Job[];
}

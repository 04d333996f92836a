/** Jobs that wait for an instance, by function; each function's in the order in which they came. */
export interface WaitingJobs<Job> {
  add(functionKey: string, job: Job): void;
  takeFirst(functionKey: string): Job | undefined;
  /** jobs of this function */
  count(functionKey: string): number;
  /** The place of its first job among all that ever came; Infinity when none waits. */
  firstArrival(functionKey: string): number;
  /** Functions with waiting jobs. */
  functions(): Iterable<string>;
  /** Takes all, in the order in which they came. */
  drain(): Job[];
}

interface Queue<Job> {
  jobs: { job: Job; arrival: number }[];
  /** how many at its beginning are taken already: moving the rest each time would make a long queue slow */
  taken: number;
}

/** Creates an empty waiting room. */
export function createWaitingJobs<Job>(): WaitingJobs<Job> {
  const queues = new Map<string, Queue<Job>>();
  let arrivals = 0;

  return {
    add(functionKey, job) {
      let queue = queues.get(functionKey);
      if (queue === undefined) queues.set(functionKey, (queue = { jobs: [], taken: 0 }));
      arrivals += 1;
      queue.jobs.push({ job, arrival: arrivals });
    },
    takeFirst(functionKey) {
      const queue = queues.get(functionKey);
      if (queue === undefined) return undefined;
      const { job } = queue.jobs[queue.taken]!;
      queue.taken += 1;
      if (queue.taken === queue.jobs.length) queues.delete(functionKey);
      else if (queue.taken > 1_000 && queue.taken * 2 > queue.jobs.length) {
        queue.jobs.splice(0, queue.taken);
        queue.taken = 0;
      }
      return job;
    },
    count(functionKey) {
      const queue = queues.get(functionKey);
      return queue === undefined ? 0 : queue.jobs.length - queue.taken;
    },
    firstArrival(functionKey) {
      const queue = queues.get(functionKey);
      return queue === undefined ? Infinity : queue.jobs[queue.taken]!.arrival;
    },
    functions: () => queues.keys(),
    drain() {
      const left = [...queues.values()].flatMap(({ jobs, taken }) => jobs.slice(taken));
      queues.clear();
      return left.toSorted((a, b) => a.arrival - b.arrival).map(({ job }) => job);
    },
  };
}

import { countUnknown, type MonitorFormat, type Reading } from './reading.js';
import { Groups } from './sampler/groups.js';
import { secondsBetween } from './sampler/growth.js';
import { hostValues } from './sampler/host.js';
import { readSamplerLine, type Sample, type SamplerHead } from './sampler/line.js';
import { Workers } from './sampler/workers.js';

/**
 * `monitoring/Sampler.sh`: a head, then a line a sample that holds what the kernel wrote. `sampler` has a row a sample, the
 * host; `sampler_groups` one a control group that was read; `sampler_workers` one a function of the embedded platform.
 * A rate stands at the end of its interval: growth of a counter over the time since the sample before, however long that was.
 */
export const sampler: MonitorFormat = {
  tool: 'sampler',
  time: 'epoch',
  tables: {
    sampler: { text: [] },
    sampler_groups: { text: ['group'] },
    sampler_workers: { text: ['function'] },
  },
  async *read(lines, count) {
    let series = new Series({ ticksPerS: null, pageBytes: null });
    for await (const line of lines) {
      count.lines += 1;
      const read = readSamplerLine(line);
      if (read === null) countUnknown(count, line);
      else if ('head' in read) series = new Series(read.head);
      else yield* series.readings(read.sample);
    }
  },
};

/** Samples of one sampler, of one boot after another. */
class Series {
  readonly #head: SamplerHead;
  #before: Sample | null = null;
  /** an axis for rates that does not jump when the host's clock is set */
  #steadyS = 0;
  #groups = new Groups();
  readonly #workers = new Workers();

  constructor(head: SamplerHead) {
    this.#head = head;
  }

  *readings(sample: Sample): Generator<Reading> {
    const seconds = this.#before === null ? null : secondsBetween(this.#before, sample);
    const before = this.#before === null || seconds === null ? null : { sample: this.#before, seconds };
    // The counters of another boot have nothing to do with those before.
    if (before === null) this.#groups = new Groups();
    this.#before = sample;
    this.#steadyS += seconds ?? 0;
    const time = sample.epochUs / 1_000;
    yield { table: 'sampler', time, values: hostValues(sample, before) };
    for (const values of this.#groups.rows(sample, this.#steadyS)) yield { table: 'sampler_groups', time, values };
    for (const values of this.#workers.rows(sample.workers, seconds, this.#head)) {
      yield { table: 'sampler_workers', time, values };
    }
  }
}

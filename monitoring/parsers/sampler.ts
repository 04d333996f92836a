import { countUnknown, type MonitorFormat, type Reading } from './reading.js';
import { Groups } from './sampler/groups.js';
import { isTooShort, secondsBetween } from './sampler/growth.js';
import { hostValues } from './sampler/host.js';
import { readSamplerLine, type Sample, type SamplerHead } from './sampler/line.js';
import { Workers } from './sampler/workers.js';

/**
 * `monitoring/Sampler.sh`: a head, then a line a sample that holds what the kernel wrote. `sampler` has a row a sample, the
 * host; `sampler_groups` one a control group that was read; `sampler_workers` one a function of the embedded platform.
 * A rate stands at the end of its interval: growth of a counter over the time since the sample before, however long that
 * was. Over too short a time (`isTooShort`) there is none; the next one then begins where this would have begun.
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
  /** the sample from which rates are counted */
  #before: Sample | null = null;
  /** when that was, on an axis for rates that does not jump when the host's clock is set */
  #steadyS = 0;
  #groups = new Groups();
  readonly #workers = new Workers();

  constructor(head: SamplerHead) {
    this.#head = head;
  }

  *readings(sample: Sample): Generator<Reading> {
    const passedS = this.#before === null ? null : secondsBetween(this.#before, sample);
    // The counters of another boot have nothing to do with those before.
    if (passedS === null) this.#groups = new Groups();
    const seconds = passedS === null || isTooShort(passedS) ? null : passedS;
    const before = seconds === null ? null : { sample: this.#before!, seconds };
    const nowS = this.#steadyS + (passedS ?? 0);
    const time = sample.epochUs / 1_000;
    yield { table: 'sampler', time, values: hostValues(sample, before) };
    for (const values of this.#groups.rows(sample, nowS)) yield { table: 'sampler_groups', time, values };
    const span = passedS === null ? 'new' : (seconds ?? 'too short');
    for (const values of this.#workers.rows(sample.workers, span, this.#head)) {
      yield { table: 'sampler_workers', time, values };
    }
    // After too short a time the next rate is over that time as well.
    if (span === 'too short') return;
    this.#before = sample;
    this.#steadyS = nowS;
  }
}

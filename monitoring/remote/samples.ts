import { type FileHandle, open } from 'node:fs/promises';
import { messageOf } from '../../common/errors.js';

/** The lines of a host's sampler, written as they come: of a host that dies in the middle they are here until then. */
export interface SampleFile {
  /** Never rejects: what cannot be written is counted. */
  add(line: string): Promise<void>;
  close(): Promise<void>;
  /** samples; the head of the file is none */
  readonly kept: number;
  /** why lines are missing although they came; null where none are */
  readonly fault: string | null;
}

/** The longest that a run of such samples becomes (one of 200 groups has some 85 kB); a host that sends more is no sampler of ours. */
const BYTES_A_SAMPLE = 131_072;
const SAMPLES_MORE = 256;

/** How Sampler.sh begins its first line, which tells of the machine and holds no sample. */
const HEAD = '{"faaslab_sampler":';

export function samplesLimitBytes(durationS: number, intervalMs: number): number {
  return (Math.ceil((durationS * 1_000) / intervalMs) + SAMPLES_MORE) * BYTES_A_SAMPLE;
}

export async function openSampleFile(path: string, limitBytes: number): Promise<SampleFile> {
  const file: FileHandle = await open(path, 'w');
  let bytes = 0;
  const samples = {
    kept: 0,
    fault: null as string | null,
    async add(line: string) {
      // The last line of a sampler that was killed is cut.
      if (!line.startsWith('{') || !line.endsWith('}') || samples.fault !== null) return;
      const whole = Buffer.from(`${line}\n`);
      if (bytes + whole.length > limitBytes) {
        samples.fault = `it sent more than ${Math.round(limitBytes / 2 ** 20)} MiB of samples, and the rest was dropped`;
        return;
      }
      try {
        await file.writeFile(whole);
        bytes += whole.length;
        if (!line.startsWith(HEAD)) samples.kept += 1;
      } catch (error) {
        samples.fault = `its samples cannot be written: ${messageOf(error)}`;
      }
    },
    close: () => file.close(),
  };
  return samples;
}

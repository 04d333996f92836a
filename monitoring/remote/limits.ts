/** What a host may cost a run, in time and in space: a host that hangs or lies must harm neither the run nor this machine. */
export interface RemoteLimits {
  /** from the start of ssh until the host has answered, its clock is read and the scripts are there */
  reachMs: number;
  /** for starting its monitors, right before plan zero */
  beginMs: number;
  /** for one answer when they are ended; the host itself takes two seconds to end what does not want to */
  answerMs: number;
  /** for reading its clock where a round trip is long */
  clockMs: number;
  /** for bringing files home */
  homeMs: number;
  /** the same after the run was interrupted */
  homeWhenStoppedMs: number;
  /** how long the host waits for a word of ours before it takes us for gone */
  leaseS: number;
  /** of one file that comes home, and of all of them */
  fileBytes: number;
  allBytes: number;
  files: number;
}

const MIB = 2 ** 20;

export const REMOTE_LIMITS: RemoteLimits = {
  reachMs: 10_000,
  beginMs: 2_000,
  answerMs: 10_000,
  clockMs: 2_000,
  homeMs: 60_000,
  homeWhenStoppedMs: 5_000,
  leaseS: 30,
  fileBytes: 256 * MIB,
  allBytes: 512 * MIB,
  files: 1_000,
};

/** The longest line that a host may send; a sample with hundreds of control groups has a few hundred kilobytes. */
export const LONGEST_LINE_BYTES = 4 * MIB;

/** Shell scripts that are sent to a host, together. */
export const SCRIPTS_BYTES = MIB;

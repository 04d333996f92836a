/** What the platform tells the thread that watches its processes. */
export type ToWarden =
  | { tell: 'watch'; group: number; limitBytes: number }
  | { tell: 'unwatch'; group: number }
  /** the instance of this folder has ended: whatever of it is left must end too */
  | { tell: 'sweep'; folder: string }
  /** sweep what is still to be swept now, and answer */
  | { tell: 'finish' };

/** What the thread tells the platform. */
export type FromWarden = { tell: 'exceeded'; group: number } | { tell: 'finished' };

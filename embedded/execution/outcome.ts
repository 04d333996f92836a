/** How an execution ended, before any protocol words it. */
export type Outcome =
  /** the function's answer as it sent it; `text` is cut off at the accepted size, `bytes` counts all of it */
  | { kind: 'returned'; text: string; bytes: number; truncated: boolean }
  /** the function raised an error; the instance lives on. `text` is what its runtime reported */
  | { kind: 'raised'; errorType: string; message: string; stack: string[]; text: string }
  /** the function could not be loaded */
  | { kind: 'load_failed'; errorType: string; message: string; stack: string[]; text: string }
  /** the process ended by itself; `how` is `exit status 1` or `signal: killed`, null = with status 0 or unknown */
  | { kind: 'exited'; while: 'load' | 'run'; how: string | null }
  /** killed at its deadline */
  | { kind: 'timed_out'; while: 'load' | 'run'; limitMs: number }
  /** killed for its memory */
  | { kind: 'out_of_memory'; limitMb: number }
  /** not the function's fault */
  | { kind: 'platform_failed'; message: string };

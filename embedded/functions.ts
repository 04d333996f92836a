/** What executes a function: which of the two runtimes. */
export type RuntimeName = 'node' | 'python3';

/** A function as the platform executes it, whichever protocol created it. */
export interface PlatformFunction {
  /** unique among all protocols and changed with every update: instances of one key run the same code */
  key: string;
  /** which protocol created it: the records of its activations are that protocol's */
  face: 'openwhisk' | 'lambda';
  /** as its users call it, with its package: `hello`, `pkg/hello` */
  name: string;
  runtime: RuntimeName;
  /** as records show it, e.g. `nodejs:20` */
  kind: string;
  /** main: OpenWhisk's calling convention, handler: Lambda's */
  entry: { convention: 'main' | 'handler'; name: string };
  /** one source file, or a zip archive of a package in base64 */
  code: { form: 'source'; text: string } | { form: 'zip'; base64: string };
  version: string;
  limits: {
    timeoutMs: number;
    memoryMb: number;
    logsMb: number;
    /** activations that one instance executes at a time */
    concurrency: number;
    /** instances of it at a time; null = as many as the platform has */
    maxInstances: number | null;
  };
  env: Readonly<Record<string, string>>;
  /** variables that each of its instances has for itself */
  envOf?(instance: number): Readonly<Record<string, string>>;
  /** where the log of its executions goes; only functions of face `lambda` have one that is kept as such */
  log?: FunctionLog;
}

/** A log group, with a stream for each instance. */
export interface FunctionLog {
  group: string;
  format: 'Text' | 'JSON';
  streamOf(instance: number): string;
  /** what executes it, as the first line of an instance's log tells: `nodejs:20.v20.2` and a name for that */
  runtimeVersion: string;
  runtimeVersionArn: string;
}

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
}

/** What a platform is asked to run while it is probed. */
export const LANGUAGES = ['nodejs', 'python'] as const;
export type Language = (typeof LANGUAGES)[number];

export const STEPS = ['create', 'list', 'invoke', 'result', 'record', 'delete'] as const;
export type StepName = (typeof STEPS)[number];

/** What one invocation came to, as its caller saw it. */
export interface ProbeAnswer {
  /** by which the platform's record of it is found */
  id: string;
  /** the platform's word for how it ended */
  status: string;
  result: unknown;
}

/** A platform as the probe sees it. Every call throws a PlatformError that a user can understand. */
export interface ProbedPlatform {
  /** e.g. `OpenWhisk at http://…` */
  title: string;
  /** the languages that it executes; null where it does not tell */
  languages(): Promise<readonly string[] | null>;
  /** creates the smallest function that proves its input was read: `{"n": 41}` makes `{"answer": 42}` */
  create(name: string, language: Language): Promise<void>;
  /** whether it stands in the platform's list of functions */
  isListed(name: string): Promise<boolean>;
  /** invokes and waits; an execution that failed is an answer, too */
  invoke(name: string, input: unknown): Promise<ProbeAnswer>;
  /** waits for the platform's record of the invocation. @returns what was seen */
  awaitRecord(name: string, answer: ProbeAnswer): Promise<string>;
  exists(name: string): Promise<boolean>;
  /** @returns what was seen */
  remove(name: string): Promise<string>;
  /** by step: what to look at, or to do, where it fails */
  advice: Readonly<Record<StepName, string>>;
  close(): Promise<void>;
}

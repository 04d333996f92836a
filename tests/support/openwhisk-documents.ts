import { readFileSync } from 'node:fs';
import { randomStream, type RandomStream } from '../../common/random.js';

/** A document of OpenWhisk's activations database, as far as tests look into it. */
export interface OpenWhiskDocument {
  _id: string;
  activationId: string;
  name: string;
  start: number;
  end: number;
  duration?: number;
  cause?: string;
  logs: string[];
  annotations: { key: string; value: unknown }[];
  [field: string]: unknown;
}

/** 467 documents that a real OpenWhisk wrote. */
export const REAL_DOCUMENTS: readonly OpenWhiskDocument[] = readFileSync(
  'tests/fixtures/openwhisk/activations-real.ndjson',
  'utf8',
)
  .trimEnd()
  .split('\n')
  .map((line) => JSON.parse(line) as OpenWhiskDocument);

const REAL_SEQUENCE = REAL_DOCUMENTS.find(({ name }) => name === 'seq')!;
const REAL_TRIGGER = REAL_DOCUMENTS.find(({ name }) => name === 'tr')!;
const REAL_COMPONENTS = REAL_DOCUMENTS.filter(({ cause }) => cause === REAL_SEQUENCE.activationId);
const REAL_ACTIONS = REAL_DOCUMENTS.filter(
  (document) => ![REAL_SEQUENCE, REAL_TRIGGER, ...REAL_COMPONENTS].includes(document),
);

/** A database of many tests, and what is whose in it. */
export interface MadeDatabase {
  /** in order of start */
  documents: OpenWhiskDocument[];
  /** what this test's invocations named: actions and sequences */
  invoked: OpenWhiskDocument[];
  /** what this test's sequences caused */
  caused: OpenWhiskDocument[];
  /** documents that begin at `tiedAtMs` */
  tied: number;
  tiedAtMs: number;
  startMs: number;
  endMs: number;
}

export interface MadeOptions {
  documents: number;
  /** how many of them begin in one millisecond */
  tied: number;
}

const START_MS = 1_795_250_000_000;
const DURATION_MS = 600_000;
/** In every hundred documents: a trigger, a health test, a sequence within a sequence (5 documents), plain sequences (3 each). */
const SEQUENCES_IN_A_HUNDRED = 3;

/**
 * A database made of the real documents with ids and starts of its own. Of the actions and sequences 6 in 10 are this
 * test's and the others' lie among them; triggers and the platform's tests of its invokers too, and 1 document in 20 before
 * and after the run, further than the clocks of client and platform may differ.
 */
export function madeDatabase({ documents: count, tied }: MadeOptions): MadeDatabase {
  const random = randomStream(1, 'openwhisk-documents');
  const made: MadeDatabase = {
    documents: [],
    invoked: [],
    caused: [],
    tied,
    tiedAtMs: START_MS + 20_000,
    startMs: START_MS,
    endMs: START_MS + DURATION_MS,
  };
  for (let n = 0; made.documents.length < count; n += 1) {
    const isTied = n < tied;
    const startMs = isTied ? made.tiedAtMs : startOf(random, n);
    const isOurs = startMs >= START_MS && startMs < made.endMs && random() < 0.6;
    const kind = isTied ? 'action' : kindOf(n % 100);
    if (kind === 'trigger') made.documents.push(copyOf(REAL_TRIGGER, startMs, random));
    else if (kind === 'health test') made.documents.push(healthTest(startMs, random));
    else {
      const [root, ...components] =
        kind === 'action'
          ? [copyOf(REAL_ACTIONS[n % REAL_ACTIONS.length]!, startMs, random)]
          : sequence(startMs, random, kind === 'nested');
      made.documents.push(root!, ...components);
      if (isOurs) made.invoked.push(root!);
      if (isOurs) made.caused.push(...components);
    }
  }
  made.documents.sort((a, b) => a.start - b.start);
  return made;
}

function kindOf(place: number): 'trigger' | 'health test' | 'nested' | 'sequence' | 'action' {
  if (place === 0) return 'trigger';
  if (place === 1) return 'health test';
  if (place === 2) return 'nested';
  return place < 3 + SEQUENCES_IN_A_HUNDRED ? 'sequence' : 'action';
}

/** A quarter of a minute is left free at the beginning, so that what waited long was sent within the run, too. */
function startOf(random: RandomStream, n: number): number {
  if (n % 20 !== 19) return START_MS + 15_000 + Math.floor(random() * (DURATION_MS - 15_000));
  const beyond = 61_000 + Math.floor(random() * 600_000);
  return random() < 0.5 ? START_MS - beyond : START_MS + DURATION_MS + beyond;
}

function copyOf(real: OpenWhiskDocument, start: number, random: RandomStream): OpenWhiskDocument {
  const activationId = hexadecimal(random);
  const end = real.end === 0 ? 0 : start + (real.end - real.start);
  return { ...real, _id: `guest/${activationId}`, activationId, start, end, updated: start + 1_000 };
}

function healthTest(start: number, random: RandomStream): OpenWhiskDocument {
  const document = copyOf(REAL_ACTIONS[0]!, start, random);
  const annotations = document.annotations.filter(({ key }) => key !== 'path');
  const name = 'invokerHealthTestAction0';
  return { ...document, name, annotations: [...annotations, { key: 'path', value: `whisk.system/${name}` }] };
}

/** A sequence of two actions; nested: of an action and a sequence of two. The sequence itself comes first. */
function sequence(start: number, random: RandomStream, nested: boolean): OpenWhiskDocument[] {
  const root = copyOf(REAL_SEQUENCE, start, random);
  const [first, second] = REAL_COMPONENTS;
  const parts = [
    [copyOf(first!, start + 407, random)],
    nested ? sequence(start + 2_173, random, false) : [copyOf(second!, start + 2_173, random)],
  ];
  root.logs = parts.map(([part]) => part!.activationId);
  for (const [part] of parts) part!.cause = root.activationId;
  return [root, ...parts.flat()];
}

function hexadecimal(random: RandomStream): string {
  const digits = (): string =>
    Math.floor(random() * 2 ** 32)
      .toString(16)
      .padStart(8, '0');
  return digits() + digits() + digits() + digits();
}

/** The same database for a test of which only these milliseconds are looked at: fewer documents are its own. */
export function narrowed(made: MadeDatabase, fromMs: number, toMs: number): MadeDatabase {
  const invoked = made.invoked.filter(({ start }) => start >= fromMs && start <= toMs);
  const ids = new Set(invoked.map(({ activationId }) => activationId));
  // Of every sequence the parent stands before its components.
  const caused = made.caused.filter(({ activationId, cause }) => ids.has(cause!) && ids.add(activationId));
  return { ...made, invoked, caused, startMs: fromMs - 20_000, endMs: toMs };
}

/** The value of an annotation, null where there is none. */
export function annotationOf({ annotations }: OpenWhiskDocument, wanted: string): unknown {
  return annotations.find(({ key }) => key === wanted)?.value ?? null;
}

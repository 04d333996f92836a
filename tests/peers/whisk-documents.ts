import type { RandomStream } from '../../common/random.js';
import type { InvocationRow } from '../../records/invocations.js';
import type { StoredDocument } from '../support/couchdb-double.js';

/** A document as OpenWhisk writes it, or as it may have become: any field may be missing or of another type. */
export type WhiskDocument = StoredDocument & Record<string, unknown>;

export interface Executed {
  /** epoch */
  startMs: number;
  waitMs: number;
  executionMs: number;
}

/** The documents that one invocation leaves: its activation, of a sequence also its components, now and then one twice. */
export function whiskDocuments(
  row: InvocationRow,
  executed: Executed,
  odd: boolean,
  random: RandomStream,
): WhiskDocument[] {
  const document = activationOf(row, executed, odd, random);
  if (!odd) return [document];
  if (row.function === 'chain') return [document, ...componentsOf(document, executed, random)];
  const changed = ODDITIES.reduce(
    (made, [share, change]) => (random() < share ? change(made, random) : made),
    document,
  );
  const draw = random();
  if (draw < 0.02) return [];
  const { _id: id } = changed;
  return draw < 0.05 ? [changed, { ...changed, _id: `copy/${id}` }] : [changed];
}

const RESULTS = [
  { greeting: 'Hello "é", 日本 \\ / 😀' },
  { greeting: 'Hello, b' },
  { list: [1, 2, { n: null }], ok: true },
  [],
  {},
];

function activationOf(row: InvocationRow, executed: Executed, odd: boolean, random: RandomStream): WhiskDocument {
  const { waitMs } = executed;
  const cold = random() < 0.06;
  const initMs = cold ? Math.round(30 + 60 * random()) : null;
  const duration = Math.round(executed.executionMs * (0.5 + random())) + (initMs ?? 0);
  const start = Math.round(executed.startMs);
  const failed = row.error === 'function_error' || (odd && row.status === 202 && random() < 0.1);
  const pick = RESULTS[Math.floor(random() * RESULTS.length)];
  const name = row.function.slice(row.function.indexOf('/') + 1);
  const annotations = [
    { key: 'path', value: `guest/${row.function}` },
    { key: 'kind', value: 'nodejs:20' },
    { key: 'timeout', value: false },
    { key: 'waitTime', value: waitMs },
    { key: 'limits', value: { concurrency: 1, logs: 10, memory: 256, timeout: 60000 } },
    ...(initMs === null ? [] : [{ key: 'initTime', value: initMs }]),
  ];
  return {
    _id: `guest/${row.activation_id}`,
    _rev: '1-0',
    entityType: 'activation',
    activationId: row.activation_id,
    namespace: 'guest',
    name,
    subject: 'guest',
    start,
    end: start + duration,
    duration,
    version: '0.0.1',
    publish: false,
    logs: [],
    // their order is unspecified
    annotations: shuffled<{ key: string; value: unknown }>(annotations, random),
    response: failed
      ? { statusCode: 1 + Math.floor(3 * random()), result: { error: random() < 0.5 ? 'no "way"' : { code: 7 } } }
      : { statusCode: 0, result: pick },
  };
}

type Annotations = { key: string; value: unknown }[];

/** Without the annotation `key`, or with another value for it. */
export function annotated(document: WhiskDocument, key: string, ...value: unknown[]): WhiskDocument {
  const others = (document['annotations'] as Annotations).filter((entry) => entry.key !== key);
  return { ...document, annotations: value.length === 0 ? others : [...others, { key, value: value[0] }] };
}

function without(document: WhiskDocument, field: string): WhiskDocument {
  return Object.fromEntries(Object.entries(document).filter(([name]) => name !== field)) as WhiskDocument;
}

/** What may be odd of a record, each with its share of all. */
const ODDITIES: [share: number, change: (document: WhiskDocument, random: RandomStream) => WhiskDocument][] = [
  [0.08, (document) => annotated(document, 'waitTime')],
  [0.03, (document) => annotated(document, 'initTime', 0)],
  [0.02, (document, random) => annotated(document, 'waitTime', -Math.round(5 * random()))],
  [0.01, (document) => annotated(document, 'waitTime', '12')],
  [0.01, (document) => annotated(document, 'initTime', '30')],
  [0.01, (document) => annotated(document, 'kind')],
  [0.01, (document) => ({ ...document, duration: '12' })],
  [0.01, (document) => without(document, 'duration')],
  [0.01, (document) => ({ ...document, duration: null })],
  [0.01, (document) => ({ ...document, end: 0 })],
  [0.01, (document) => without(document, 'end')],
  [0.01, (document) => ({ ...document, end: 'late' })],
  [0.01, (document) => ({ ...document, response: { statusCode: '0', result: { text: 'of a code that is a text' } } })],
  [0.01, (document) => without(document, 'response')],
  [0.005, (document) => without(document, 'start')],
  [0.005, (document) => without(document, 'name')],
  [0.005, (document) => without(document, 'activationId')],
  // Without a path, but with a duration: an activation, and no trigger.
  [0.005, (document) => ({ ...document, annotations: [] })],
];

/** A sequence's record says the sum of its components, which are records of their own with its id as their cause. */
function componentsOf(sequence: WhiskDocument, { startMs, waitMs }: Executed, random: RandomStream): WhiskDocument[] {
  const components = ['alpha', 'gamma'].map((name, i): WhiskDocument => {
    const id = `${sequence['activationId'] as string}${i}`.slice(1);
    const duration = Math.round(20 + 20 * random());
    const start = Math.round(startMs) + 40 * i;
    const wait = random() < 0.5 ? [] : [{ key: 'waitTime', value: waitMs + i }];
    return {
      ...sequence,
      _id: `guest/${id}`,
      activationId: id,
      name,
      cause: sequence['activationId'],
      start,
      duration,
      end: start + duration,
      annotations: [
        { key: 'causedBy', value: 'sequence' },
        { key: 'path', value: `guest/${name}` },
        { key: 'kind', value: 'nodejs:20' },
        ...wait,
      ],
    };
  });
  const duration = components.reduce((sum, { duration }) => sum + (duration as number), 0);
  const own = annotated(annotated(annotated(sequence, 'kind', 'sequence'), 'initTime'), 'timeout');
  Object.assign(sequence, { ...own, duration, logs: components.map(({ activationId }) => activationId) });
  return components;
}

/** What else lies in the database at that time: triggers, the platform's own tests, activations of other people. */
export function strangers(startEpochMs: number, random: RandomStream): WhiskDocument[] {
  return Array.from({ length: 60 }, (_, i): WhiskDocument => {
    const id = `f${i}`.padEnd(32, '0');
    const start = startEpochMs + Math.round(60_000 * random());
    const base = { _id: `guest/${id}`, activationId: id, namespace: 'guest', start, response: { statusCode: 0 } };
    if (i % 3 === 0) return { ...base, name: 'every-minute', end: 0, annotations: [] };
    const executed = { end: start + 7, duration: 7, annotations: [{ key: 'waitTime', value: 5_000 }] };
    if (i % 3 === 1) return { ...base, ...executed, name: `invokerHealthTestAction${i % 2}` };
    return { ...base, ...executed, name: 'alpha', namespace: 'somebody' };
  });
}

/** In an order of the stream's choice. */
export function shuffled<T>(list: readonly T[], random: RandomStream): T[] {
  return list
    .map((value) => ({ value, key: random() }))
    .sort((a, b) => a.key - b.key)
    .map(({ value }) => value);
}

import { setTimeout as sleep } from 'node:timers/promises';
import { Agent, request } from 'undici';
import { messageOf, PlatformError } from '../../common/errors.js';
import type { OpenWhiskAccess } from '../access.js';
import { giveUpOn } from '../giving-up.js';
import type { ActivationSource, EpochSpan } from '../platform.js';
import { neededOf, OPENWHISK_RECORDS } from './activation-records.js';
import { componentLedger, readListed } from './component-ledger.js';

export interface ApiOptions {
  insecure?: boolean;
  /** pause before a failed request is asked again, ms; doubles with each try */
  pauseMs?: number;
}

/** The most that the API gives at once. */
const PAGE = 200;

/**
 * Activations from OpenWhisk's API, newest first. The list grows at its head while it is read, so pages are not counted
 * from there: each asks for what is no newer than the oldest record of the page before. Records of one millisecond may
 * lie on both sides of that edge; they are told apart by their ids, and where more than a page share it, by `skip`
 * within it.
 */
export function openWhiskActivations(access: OpenWhiskAccess, options: ApiOptions = {}): ActivationSource {
  const { apiHost, namespace, auth } = access;
  const { insecure = false, pauseMs = 500 } = options;
  const place = `${apiHost}/api/v1/namespaces/${encodeURIComponent(namespace)}/activations`;
  const components = componentLedger();
  let repeats = 0;
  return {
    name: 'openwhisk',
    place,
    format: OPENWHISK_RECORDS,
    owed: components.owed,
    repeated: () => repeats,
    async *activations(span, reader) {
      const agent = new Agent({ connect: { timeout: 10_000, rejectUnauthorized: !insecure } });
      const { signal } = reader;
      const endGivingUp = giveUpOn(signal, agent);
      const api: Api = { place, auth, agent, pauseMs, signal, onRepeat: () => (repeats += 1), everAnswered: false };
      try {
        for await (const records of pagesOf(api, span)) {
          await readListed(records, reader, components);
          yield records.map(neededOf);
        }
      } finally {
        endGivingUp();
        await agent.close();
      }
    },
  };
}

interface ListedRecord {
  activationId: string;
  start: number;
}

interface Api {
  place: string;
  auth: string;
  agent: Agent;
  pauseMs: number;
  signal: AbortSignal | undefined;
  onRepeat: () => void;
  everAnswered: boolean;
}

async function* pagesOf(api: Api, { sinceMs, uptoMs }: EpochSpan): AsyncIterable<ListedRecord[]> {
  let edge = uptoMs;
  let seenAtEdge = new Set<string>();
  let skip = 0;
  for (;;) {
    const query = { docs: true, limit: PAGE, skip, since: Math.floor(sinceMs), upto: Math.ceil(edge) };
    const records = await getPage(api, query);
    const fresh = records.filter(({ activationId }) => !seenAtEdge.has(activationId));
    if (fresh.length > 0) yield fresh;
    if (records.length < PAGE) return;
    const oldest = records.reduce((least, { start }) => Math.min(least, start), Infinity);
    const atOldest = records.filter(({ start }) => start === oldest).map(({ activationId }) => activationId);
    if (oldest < edge) {
      edge = oldest;
      seenAtEdge = new Set(atOldest);
      skip = 0;
    } else {
      for (const id of atOldest) seenAtEdge.add(id);
      // Within one millisecond newcomers only push the others further back: nothing is skipped over.
      skip += PAGE;
    }
  }
}

const TRIES = 5;

/** One page. A fault that may pass is asked again, unless nothing was ever answered. */
async function getPage(api: Api, query: Record<string, string | number | boolean>): Promise<ListedRecord[]> {
  for (let tries = 1; ; tries += 1) {
    const { status, text } = await answerOf(api, query);
    api.signal?.throwIfAborted();
    const mayPass = status === null ? api.everAnswered : status >= 500 || status === 429;
    api.everAnswered ||= status !== null;
    if (status === 200) return recordsIn(api, text);
    if (!mayPass || tries === TRIES) throw faultIn(api, status, text);
    api.onRepeat();
    await sleep(api.pauseMs * 2 ** (tries - 1), undefined, api.signal === undefined ? {} : { signal: api.signal });
  }
}

async function answerOf(
  { place, auth, agent }: Api,
  query: Record<string, string | number | boolean>,
): Promise<{ status: number | null; text: string }> {
  const headers = { authorization: `Basic ${Buffer.from(auth, 'utf8').toString('base64')}` };
  try {
    const answer = await request(place, { dispatcher: agent, query, headers });
    return { status: answer.statusCode, text: await answer.body.text() };
  } catch (error) {
    return { status: null, text: messageOf(error) };
  }
}

function recordsIn({ place }: Api, text: string): ListedRecord[] {
  let records: unknown;
  try {
    records = JSON.parse(text);
  } catch {
    records = null;
  }
  const isList = Array.isArray(records) && records.every(hasIdAndStart);
  if (!isList) throw new PlatformError(`${place}: what answers there lists no activations; is this OpenWhisk?`);
  return records as ListedRecord[];
}

function hasIdAndStart(record: unknown): boolean {
  if (typeof record !== 'object' || record === null) return false;
  const { activationId, start } = record as Partial<ListedRecord>;
  return typeof activationId === 'string' && typeof start === 'number';
}

function faultIn({ place }: Api, status: number | null, text: string): PlatformError {
  if (status === null) {
    const todo = /certificate/i.test(text)
      ? 'if you trust the host, allow it with -i'
      : 'is it running, is the host right?';
    return new PlatformError(`${place}: OpenWhisk cannot be reached (${text}); ${todo}`);
  }
  if (status === 401 || status === 403) {
    return new PlatformError(`${place}: OpenWhisk refuses the key (${status}): set WHISK_AUTH, or AUTH in .wskprops`);
  }
  return new PlatformError(`${place}: OpenWhisk answers ${status} instead of a list of activations`);
}

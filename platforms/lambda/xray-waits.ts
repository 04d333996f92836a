import { BatchGetTracesCommand, XRayClient, type Trace as FoundTrace } from '@aws-sdk/client-xray';
import { PlatformError } from '../../common/errors.js';
import { callBudget } from './call-budget.js';
import { clientOptions, type LambdaCredentials, type LambdaPlace } from './client.js';
import type { Told } from './execution-row.js';
import { refusalOf } from './refusal.js';
import { segmentIn, waitOf, type Segment } from './xray-segments.js';

/** Finds how long executions waited, in the traces that X-Ray kept of them. */
export interface XrayWaits {
  /** Sets `wait_ms` and `latency_ms` where a trace tells the wait; nothing else is changed. */
  addTo(told: readonly Told[]): Promise<void>;
  /** Says what was found; call it after a reading. */
  report(tell: (sentence: string) => void): void;
}

/** X-Ray gives no more at once. */
const IDS_PER_CALL = 5;
const CALLS_PER_SECOND = 10;
const MAX_ATTEMPTS = 6;

/** @see https://docs.aws.amazon.com/xray/latest/api/API_BatchGetTraces.html */
export function xrayWaits(place: LambdaPlace, credentials?: LambdaCredentials): XrayWaits {
  const seen: Seen = { sampled: new Set(), found: new Set(), told: new Set() };
  const mayCall = callBudget(CALLS_PER_SECOND);
  return {
    async addTo(told) {
      // A later reading meets the same executions again, and traces that had not come yet.
      const fresh = new Map<string, Told[]>();
      for (const one of told) {
        const { trace } = one.execution;
        if (trace?.sampled !== true || seen.found.has(trace.id)) continue;
        fresh.set(trace.id, [...(fresh.get(trace.id) ?? []), one]);
      }
      const ids = [...fresh.keys()];
      const client = new XRayClient({ ...clientOptions(place, credentials), maxAttempts: MAX_ATTEMPTS });
      try {
        for (let at = 0; at < ids.length; at += IDS_PER_CALL) {
          const some = ids.slice(at, at + IDS_PER_CALL);
          const found = await segmentsOf(client, some, mayCall);
          for (const id of some) for (const one of fresh.get(id)!) addWait(one, id, found.get(id), seen);
        }
      } finally {
        client.destroy();
      }
    },
    report(tell) {
      const { sampled, found, told } = seen;
      tell(
        `X-Ray: ${sampled.size} requests were sampled; the traces of ${found.size} were found, those of ` +
          `${sampled.size - found.size} were not, and ${told.size} tell the wait`,
      );
    },
  };
}

/** Ids of traces: few of many requests are sampled. */
interface Seen {
  sampled: Set<string>;
  found: Set<string>;
  told: Set<string>;
}

function addWait({ execution, row }: Told, id: string, segments: Segment[] | undefined, seen: Seen): void {
  seen.sampled.add(id);
  if (segments === undefined) return;
  seen.found.add(id);
  const waitMs = waitOf(segments, execution);
  if (waitMs === null) return;
  seen.told.add(id);
  row.wait_ms = waitMs;
  row.latency_ms = row.duration_ms === null ? null : waitMs + row.duration_ms;
}

async function segmentsOf(
  client: XRayClient,
  ids: string[],
  mayCall: () => Promise<void>,
): Promise<Map<string, Segment[]>> {
  const found = new Map<string, Segment[]>();
  for (let NextToken: string | undefined; ;) {
    await mayCall();
    const page = await ask(client, { TraceIds: ids, ...(NextToken === undefined ? {} : { NextToken }) });
    for (const trace of page.Traces ?? []) addTrace(found, trace);
    NextToken = page.NextToken;
    if (NextToken === undefined || NextToken === '') return found;
  }
}

function addTrace(found: Map<string, Segment[]>, { Id, Segments = [], LimitExceeded }: FoundTrace): void {
  // What a trace over the limit lacks, nobody knows.
  if (Id === undefined || LimitExceeded === true) return;
  const segments = Segments.map(({ Document }) => segmentIn(Document)).filter((segment) => segment !== null);
  found.set(Id, [...(found.get(Id) ?? []), ...segments]);
}

async function ask(client: XRayClient, input: { TraceIds: string[]; NextToken?: string }) {
  try {
    return await client.send(new BatchGetTracesCommand(input));
  } catch (error) {
    const { name, status, hint } = refusalOf(error);
    const why =
      name === 'AccessDeniedException'
        ? 'does not permit these credentials to read traces (xray:BatchGetTraces)'
        : (hint ?? `answered ${name}${status === null ? '' : ` (status ${status})`}`);
    throw new PlatformError(`X-Ray ${why}; leave --xray out, or mend it`, { cause: error });
  }
}

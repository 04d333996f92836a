import { type BlockEvent, operationOf, readBlockLine } from './blktrace-line.js';
import { BlockRequests, type CompletedRequest } from './blktrace-requests.js';
import { countedLine } from './lines.js';
import { countUnknown, type MonitorFormat, type Reading } from './reading.js';

/**
 * `blkparse`'s default output: a row an I/O, when it completes. Its stamps count from the *first event of the trace*
 * (blkparse.c, find_genesis), which comes later than the tool's start by however long the disk was idle.
 */
export const blktrace: MonitorFormat = {
  tool: 'blktrace',
  time: 'since_first_event',
  tables: { blktrace: { text: ['device', 'operation', 'rwbs'] } },
  async *read(lines, count) {
    const requests = new BlockRequests();
    for await (const line of lines) {
      const content = countedLine(line, count);
      const event = content === null ? 'known' : readBlockLine(content);
      if (event === 'unknown') countUnknown(count, line);
      if (typeof event === 'string') continue;
      if (event.action === 'Q') requests.queued(event);
      else if (event.action === 'M' || event.action === 'F') requests.merged(event);
      else if (event.action === 'D') requests.issued(event);
      else if (event.action === 'R') requests.requeued(event);
      else if (event.action === 'C') {
        const completed = requests.completed(event);
        if (completed !== null) yield readingOf(event, completed);
      }
    }
  },
};

/** Counts sectors, whatever those of the disk are. */
const SECTOR_BYTES = 512;

function readingOf(event: BlockEvent, { latencyNs, queueNs }: CompletedRequest): Reading {
  const { device, rwbs, sector, sectors, error } = event;
  const values = {
    device,
    operation: operationOf(rwbs, sectors),
    rwbs,
    sector: sectors === 0 ? null : sector,
    bytes: sectors * SECTOR_BYTES,
    latency_ms: millisecondsOf(latencyNs),
    queue_ms: millisecondsOf(queueNs),
    error,
  };
  return { table: 'blktrace', time: event.ns / 1e6, values };
}

function millisecondsOf(ns: number | null): number | null {
  return ns === null ? null : ns / 1e6;
}

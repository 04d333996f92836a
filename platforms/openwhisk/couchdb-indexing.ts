import type { CouchDbClient } from './couchdb-client.js';

interface Task {
  type?: string;
  /** `shards/00000000-7fffffff/whisk_local_activations.1732000000`; of a server without shards the name alone */
  database?: string;
  changes_done?: number;
  total_changes?: number;
}

/**
 * How much of the indexes under way for this database is done, 0 to 1, over all its shards; null where the server does not
 * say, which it does to administrators only. A shard that is done is no task any more, so the share is a lower bound.
 * @see https://docs.couchdb.org/en/stable/api/server/common.html#active-tasks
 */
export async function indexedShare({ server, database }: CouchDbClient): Promise<number | null> {
  let tasks: unknown;
  try {
    tasks = await server.request({ path: '_active_tasks' });
  } catch {
    return null;
  }
  if (!Array.isArray(tasks)) return null;
  let done = 0;
  let total = 0;
  for (const { type, database: place = '', changes_done = 0, total_changes = 0 } of tasks as Task[]) {
    if (type !== 'indexer' || !isOf(place, database.config.db)) continue;
    done += changes_done;
    total += total_changes;
  }
  return total > 0 ? Math.min(1, done / total) : null;
}

function isOf(place: string, name: string): boolean {
  return place === name || /^shards\/[^/]+\/(.+)\.\d+$/.exec(place)?.[1] === name;
}

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../../common/package-root.js';
import { httpServer } from './http-servers.js';

/** What a real platform told of its limits: 60 invocations a minute, parameters of 1048576 B. */
export function recordedLimits(): Record<string, unknown> {
  const recorded = join(packageRoot, 'tests', 'fixtures', 'openwhisk', 'responses', '51-limits.txt');
  return JSON.parse(/^\{.*\}$/m.exec(readFileSync(recorded, 'utf8'))![0]) as Record<string, unknown>;
}

/**
 * A platform that knows the key `uuid:key` and the actions named.
 * @param limits what it tells of them; null = it has no such resource
 */
export function openWhiskDouble(
  actions: Record<string, object>,
  limits: Record<string, unknown> | null = recordedLimits(),
): Promise<string> {
  return httpServer((request, response) => {
    const answer = (status: number, body: unknown): void => {
      response.writeHead(status, { 'content-type': 'application/json' });
      response.end(JSON.stringify(body));
    };
    const missing = { error: 'The requested resource does not exist.' };
    // base64 of uuid:key
    if (request.headers.authorization !== 'Basic dXVpZDprZXk=') return answer(401, { error: 'no' });
    const path = request.url!.split('?')[0]!;
    if (path === '/api/v1/namespaces') return answer(200, ['guest']);
    if (path === '/api/v1/namespaces/_/limits') return limits === null ? answer(404, missing) : answer(200, limits);
    const action = actions[path.replace('/api/v1/namespaces/_/actions/', '')];
    return action === undefined ? answer(404, missing) : answer(200, action);
  });
}

/** The access that it grants. */
export function accessTo(apiHost: string, auth = 'uuid:key'): { apiHost: string; auth: string; namespace: string } {
  return { apiHost, auth, namespace: '_' };
}

import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';
import type { PodObject } from './pod-objects.js';

/** As much of the API of Kubernetes as `kubectl get pods --watch` asks for: discovery, the list, the watch. */
export interface KubernetesApi {
  url: string;
  /** its namespaces, each with its pods */
  pods: Map<string, PodObject[]>;
  /** namespaces whose pods may not be listed, or not be watched */
  forbidden: { list: Set<string>; watch: Set<string> };
  /** Waits for the next watch that begins. */
  nextWatch(): Promise<{ tell(type: string, object: object): void; end(): void }>;
}

/** @see https://kubernetes.io/docs/reference/using-api/api-concepts/ */
export async function kubernetesApi(): Promise<KubernetesApi> {
  const watches: ServerResponse[] = [];
  const awaiting: ((watch: ServerResponse) => void)[] = [];
  const pods = new Map<string, PodObject[]>();
  const forbidden = { list: new Set<string>(), watch: new Set<string>() };
  const server = createServer((request, response) => {
    const url = new URL(request.url!, 'http://localhost');
    const namespace = /^\/api\/v1\/namespaces\/([^/]+)\/pods$/.exec(url.pathname)?.[1];
    const discovered = DISCOVERY[url.pathname];
    if (discovered !== undefined) return answer(response, 200, discovered);
    if (namespace === undefined) return answer(response, 404, { kind: 'Status', status: 'Failure', code: 404 });
    const verb = url.searchParams.has('watch') ? 'watch' : 'list';
    if (forbidden[verb].has(namespace)) return answer(response, 403, forbiddenStatus(verb, namespace));
    if (verb === 'list') return answer(response, 200, listOf(pods.get(namespace) ?? []));
    response.writeHead(200, { 'content-type': 'application/json' });
    response.flushHeaders();
    const waiting = awaiting.shift();
    if (waiting === undefined) watches.push(response);
    else waiting(response);
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    pods,
    forbidden,
    async nextWatch() {
      const response = watches.shift() ?? (await new Promise<ServerResponse>((resolve) => awaiting.push(resolve)));
      return {
        tell: (type, object) => void response.write(`${JSON.stringify({ type, object })}\n`),
        end: () => void response.end(),
      };
    },
  };
}

const POD_RESOURCE = {
  name: 'pods',
  singularName: 'pod',
  namespaced: true,
  kind: 'Pod',
  verbs: ['get', 'list', 'watch'],
};
const DISCOVERY: Record<string, object> = {
  '/api': { kind: 'APIVersions', versions: ['v1'], serverAddressByClientCIDRs: [] },
  '/apis': { kind: 'APIGroupList', apiVersion: 'v1', groups: [] },
  '/api/v1': { kind: 'APIResourceList', groupVersion: 'v1', resources: [POD_RESOURCE] },
};

function listOf(items: PodObject[]): object {
  return { kind: 'PodList', apiVersion: 'v1', metadata: { resourceVersion: '10' }, items };
}

function forbiddenStatus(verb: string, namespace: string): object {
  const message = `pods is forbidden: User "lab" cannot ${verb} resource "pods" in API group "" in the namespace "${namespace}"`;
  return { kind: 'Status', apiVersion: 'v1', status: 'Failure', message, reason: 'Forbidden', code: 403 };
}

function answer(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

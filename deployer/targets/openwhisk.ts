import { Agent, request } from 'undici';
import { PlatformError, systemErrorCode } from '../../common/errors.js';
import type { OpenWhiskAccess } from '../../platforms/access.js';
import { actionUrlPath, parseActionPath } from '../../platforms/openwhisk/action-path.js';

/** Where to deploy, and with which key. */
export interface OpenWhiskTarget {
  kind: 'openwhisk';
  access: OpenWhiskAccess;
  /** accept a certificate that cannot be verified */
  insecure?: boolean;
}

/** What is sent to create an action. */
export interface ActionContent {
  exec: { kind: string; code: string; main: string; binary: boolean };
  limits: { memory: number; timeout: number };
  annotations: Annotation[];
}

export interface Annotation {
  key: string;
  value: unknown;
}

export interface Action {
  name: string;
  annotations: Annotation[];
}

export interface ActivationRecord {
  activationId: string;
  response: { success: boolean; status: string; result?: unknown };
}

/** OpenWhisk's REST API, as far as deploying needs it. Every call throws a PlatformError that a user can understand. */
export interface OpenWhiskClient {
  /** the languages it executes (`nodejs`, `python`…); null where it does not tell */
  languages(): Promise<string[] | null>;
  /** null if there is none */
  action(application: string): Promise<Action | null>;
  /** creates or replaces the action, and its package if that is missing */
  putAction(application: string, content: ActionContent): Promise<void>;
  deleteAction(application: string): Promise<void>;
  /** the newest actions; the platform lists at most 200 */
  actions(): Promise<Action[]>;
  /** invokes and waits; an activation that failed is a record, too */
  invoke(application: string, parameters: unknown): Promise<ActivationRecord>;
  /** null as long as there is no record */
  activation(activationId: string): Promise<ActivationRecord | null>;
  close(): Promise<void>;
}

interface Reply {
  status: number;
  body: unknown;
}

/** Longer than OpenWhisk's own limit of a blocking call, 60 s. */
const PATIENCE_MS = 70_000;

export function openWhiskClient({ access, insecure = false }: OpenWhiskTarget): OpenWhiskClient {
  const { apiHost, auth, namespace } = access;
  const agent = new Agent({
    connect: { rejectUnauthorized: !insecure },
    headersTimeout: PATIENCE_MS,
    bodyTimeout: PATIENCE_MS,
  });
  const authorization = `Basic ${Buffer.from(auth).toString('base64')}`;
  const home = `/api/v1/namespaces/${encodeURIComponent(namespace)}`;

  async function call(method: 'GET' | 'PUT' | 'POST' | 'DELETE', path: string, content?: unknown): Promise<Reply> {
    const headers = { authorization, 'content-type': 'application/json' };
    const body = content === undefined ? null : JSON.stringify(content);
    try {
      const answer = await request(apiHost + path, { method, headers, body, dispatcher: agent });
      return { status: answer.statusCode, body: jsonOrText(await answer.body.text()) };
    } catch (error) {
      throw unreachable(apiHost, error);
    }
  }
  /** @param also statuses besides 200 that are answers and no faults */
  async function ask(what: string, also: readonly number[], ...args: Parameters<typeof call>): Promise<Reply> {
    const reply = await call(...args);
    if (reply.status === 200 || also.includes(reply.status)) return reply;
    throw refusal(apiHost, what, reply);
  }
  const actionPath = (application: string): string => actionUrlPath(application, namespace);

  return {
    async languages() {
      const { status, body } = await call('GET', '/');
      const runtimes = status === 200 ? (body as { runtimes?: unknown } | null)?.runtimes : undefined;
      return typeof runtimes === 'object' && runtimes !== null ? Object.keys(runtimes) : null;
    },
    async action(application) {
      const path = `${actionPath(application)}?code=false`;
      const { status, body } = await ask(`look up ${application}`, [404], 'GET', path);
      return status === 404 ? null : (body as Action);
    },
    async putAction(application, content) {
      const { namespace: space, package: inPackage } = parseActionPath(application);
      if (inPackage !== null) {
        const path = `/api/v1/namespaces/${encodeURIComponent(space ?? namespace)}/packages/${encodeURIComponent(inPackage)}`;
        // 409: it is there already, and stays as it is.
        await ask(`create package ${inPackage}`, [409], 'PUT', `${path}?overwrite=false`, {});
      }
      await ask(`deploy ${application}`, [], 'PUT', `${actionPath(application)}?overwrite=true`, content);
    },
    async deleteAction(application) {
      await ask(`delete ${application}`, [], 'DELETE', actionPath(application));
    },
    async actions() {
      return (await ask('list the actions', [], 'GET', `${home}/actions?limit=200`)).body as Action[];
    },
    async invoke(application, parameters) {
      const path = `${actionPath(application)}?blocking=true`;
      const reply = await ask(`invoke ${application}`, [502], 'POST', path, parameters);
      if (isActivation(reply.body)) return reply.body;
      throw refusal(apiHost, `invoke ${application}`, reply);
    },
    async activation(activationId) {
      const path = `${home}/activations/${encodeURIComponent(activationId)}`;
      const { status, body } = await ask(`read activation ${activationId}`, [404], 'GET', path);
      return status === 404 ? null : (body as ActivationRecord);
    },
    close: () => agent.destroy(),
  };
}

function isActivation(body: unknown): body is ActivationRecord {
  const record = body as Partial<ActivationRecord> | null;
  return typeof record?.activationId === 'string' && typeof record.response?.success === 'boolean';
}

function jsonOrText(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function unreachable(apiHost: string, error: unknown): PlatformError {
  const code = systemErrorCode(error) ?? 'no answer';
  if (/CERT|SELF_SIGNED|UNABLE_TO_/.test(code)) {
    return new PlatformError(`OpenWhisk at ${apiHost}: its certificate cannot be verified (${code}); allow it with -i`);
  }
  return new PlatformError(
    `OpenWhisk at ${apiHost} cannot be reached (${code}): is it running, and is WHISK_APIHOST right?`,
    { cause: error },
  );
}

function refusal(apiHost: string, what: string, { status, body }: Reply): PlatformError {
  if (status === 401 || status === 403) {
    return new PlatformError(`OpenWhisk at ${apiHost} refuses the key (${status}) to ${what}: check WHISK_AUTH`);
  }
  const said = (body as { error?: unknown } | null)?.error;
  const reason = typeof said === 'string' ? said : 'it gave no reason; is this an OpenWhisk?';
  return new PlatformError(`OpenWhisk at ${apiHost} did not ${what} (${status}): ${reason.replaceAll(/\s+/g, ' ')}`);
}

import { STATUS } from '../../activations/response.js';
import { PAYLOAD_LIMIT_BYTES, readBody } from './body.js';
import { answerContent, ApiError, NO_CREDENTIALS, NOT_FOUND, WEB_CORS, type Exchange } from './exchange.js';
import type { OpenwhiskFace } from './face.js';
import { endWithin, LONGEST_WAIT_MS } from './invoke.js';
import { finalNames, isTruthy, valueOf } from './parameters.js';
import { prettyJson } from './pretty-json.js';
import { resolveAction, type ResolvedAction } from './resolve.js';
import { startAction } from './start.js';
import { webAnswerOf, type Extension, type WebAnswer } from './web-answer.js';
import { parametersOf, rawParametersOf, requestContext } from './web-request.js';

const EXTENSION = /\.(http|json|html|svg|text)$/;
const METHODS = ['OPTIONS', 'GET', 'DELETE', 'POST', 'PUT', 'HEAD', 'PATCH'];

/**
 * `/web/NAMESPACE/PACKAGE|default/NAME[.ext][/more]`: invokes an exported action without a key and turns its result into an
 * HTTP answer. Its faults are told in indented JSON, as the real system does here and nowhere else.
 */
export async function answerWebAction(
  face: OpenwhiskFace,
  exchange: Exchange,
  segments: readonly string[],
): Promise<void> {
  let headers: Record<string, string> = { ...WEB_CORS };
  try {
    const { action, extension, more } = exportedAction(face, segments);
    const { method } = exchange.request;
    if (!METHODS.includes(method!))
      throw new ApiError(405, `HTTP method not allowed, supported methods: ${METHODS.join(', ')}`);
    const delegated = isTruthy(action.entity.annotations, 'web-custom-options');
    headers = delegated ? {} : corsFor(exchange);
    if (method === 'OPTIONS' && !delegated) return answerContent(exchange, 200, '', headers);
    const isUser = face.isAuthorized(exchange.request);
    if (method !== 'OPTIONS' && !mayCall(action, exchange, isUser)) throw new ApiError(401, NO_CREDENTIALS);

    const payload = JSON.stringify({
      ...(await requestParameters(exchange, action)),
      ...requestContext(exchange, more, isUser),
    });
    const started = startAction(face, action, payload, exchange.acceptNs);
    headers = { ...headers, 'x-openwhisk-activation-id': started.activationId };
    const ended = await endWithin(started, LONGEST_WAIT_MS);
    started.answered();
    if (ended === null) throw new ApiError(202, 'Response not yet ready.');
    if (ended.response.statusCode >= STATUS.developerError) {
      throw new ApiError(400, 'There was an error processing your request.');
    }
    const answer: WebAnswer = webAnswerOf(ended.response, extension);
    answerContent(exchange, answer.status, answer.content, { ...headers, ...answer.headers });
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    const fault = prettyJson({ code: exchange.transactionId, error: error.message });
    answerContent(exchange, error.status, fault, { ...headers, ...error.headers, 'Content-Type': 'application/json' });
  }
}

interface WebCall {
  action: ResolvedAction;
  extension: Extension;
  /** what follows the name in the path */
  more: readonly string[];
}

/** @throws ApiError 404 */
function exportedAction({ entities }: OpenwhiskFace, segments: readonly string[]): WebCall {
  const [namespace, packageName, named = '', ...more] = segments;
  const extension = (EXTENSION.exec(named)?.[1] ?? 'http') as Extension;
  const name = named.replace(EXTENSION, '');
  // What `wsk api` asks for.
  if (namespace === 'whisk.system' && packageName === 'apimgmt') {
    throw new ApiError(
      404,
      'This platform has no API gateway: call a web action by its own address (wsk action get NAME --url).',
    );
  }
  if (namespace !== 'guest' && namespace !== '_') throw new ApiError(404, NOT_FOUND);
  const action = resolveAction(entities, packageName === 'default' ? name : `${packageName}/${name}`);
  if (valueOf(action.entity.annotations, 'web-export') !== true) throw new ApiError(404, NOT_FOUND);
  return { action, extension, more };
}

/** The headers by which pages of other origins may call it. */
function corsFor({ request }: Exchange): Record<string, string> {
  const asked = request.headers['access-control-request-headers'];
  return asked === undefined ? { ...WEB_CORS } : { ...WEB_CORS, 'Access-Control-Allow-Headers': String(asked) };
}

/** `require-whisk-auth`: true asks for the key, a text or a number for the header X-Require-Whisk-Auth with that value. */
function mayCall({ entity }: ResolvedAction, { request }: Exchange, isUser: boolean): boolean {
  const rule = valueOf(entity.annotations, 'require-whisk-auth');
  if (rule === undefined) return true;
  if (typeof rule === 'string' || typeof rule === 'number') {
    return request.headers['x-require-whisk-auth'] === String(rule);
  }
  return rule === true && isUser;
}

async function requestParameters(exchange: Exchange, action: ResolvedAction): Promise<Record<string, unknown>> {
  const body = await readBody(exchange.request, PAYLOAD_LIMIT_BYTES);
  const { annotations } = action.entity;
  if (valueOf(annotations, 'raw-http') === true) return rawParametersOf(exchange, body);
  return parametersOf(exchange, body, finalNames(annotations, action.parameters));
}

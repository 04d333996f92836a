import { responseOf, STATUS } from '../../activations/response.js';
import { nowNs } from '../../timeline.js';
import { PAYLOAD_LIMIT_BYTES, parseJsonObject, readBody } from './body.js';
import type { StoredAction } from './entities.js';
import { answerContent, answerJson, ApiError, NOT_FOUND, WEB_CORS, type Exchange } from './exchange.js';
import type { OpenwhiskFace } from './face.js';
import { endWithin, startInvocation } from './invoke.js';
import { merged, valueOf } from './parameters.js';
import { webAnswerOf, type Extension } from './web-answer.js';

const EXTENSION = /\.(http|json|html|svg|text)$/;
const LONGEST_WAIT_MS = 60_000;

/**
 * `/web/NAMESPACE/PACKAGE|default/NAME[.ext][/more]`: invokes an exported action without a key and turns its result into an
 * HTTP answer. The function sees the request as `__ow_method`, `__ow_headers`, `__ow_path`; a body that is no JSON comes as
 * `__ow_body`, in base64 unless it is text.
 */
export async function answerWebAction(
  face: OpenwhiskFace,
  exchange: Exchange,
  segments: readonly string[],
): Promise<void> {
  const [namespace, packageName, named = '', ...more] = segments;
  const extension = (EXTENSION.exec(named)?.[1] ?? 'http') as Extension;
  const name = named.replace(EXTENSION, '');
  const path = packageName === 'default' ? name : `${packageName}/${name}`;
  const action = face.entities.actions.get(path);
  const exported = action !== undefined && valueOf(action.entity.annotations, 'web-export') === true;
  if ((namespace !== 'guest' && namespace !== '_') || !exported) throw new ApiError(404, NOT_FOUND);

  const body = await readBody(exchange.request, PAYLOAD_LIMIT_BYTES);
  const payload = JSON.stringify({
    ...merged(action.entity.parameters),
    ...requestParameters(exchange, action, body),
    ...requestContext(exchange, more),
  });
  const invocation = startInvocation(face, exchange, action, payload);
  const { activation } = invocation;
  const outcome = await endWithin(invocation, LONGEST_WAIT_MS);
  activation.timeline.answered = nowNs();
  if (outcome === null) {
    const { activationId } = activation;
    answerJson(exchange, 202, JSON.stringify({ activationId }), WEB_CORS, activationId);
  } else {
    const response = responseOf(outcome);
    if (response.statusCode >= STATUS.developerError) {
      const error = 'There was an error processing your request.';
      const json = JSON.stringify({ code: exchange.transactionId, error });
      answerJson(exchange, 400, json, WEB_CORS, activation.activationId);
    } else {
      const { status, headers, content } = webAnswerOf(response, extension);
      answerContent(exchange, status, content, {
        ...WEB_CORS,
        'x-openwhisk-activation-id': activation.activationId,
        ...headers,
      });
    }
  }
}

function requestParameters(
  { request, query }: Exchange,
  { entity }: StoredAction,
  body: Buffer,
): Record<string, unknown> {
  const type = request.headers['content-type'] ?? '';
  if (valueOf(entity.annotations, 'raw-http') === true) {
    return { __ow_query: query.toString(), __ow_body: body.toString('base64') };
  }
  const asked = Object.fromEntries(query);
  if (body.length === 0) return asked;
  if (/^application\/json\b/i.test(type)) return { ...asked, ...parseJsonObject(body.toString('utf8')).value };
  if (/^application\/x-www-form-urlencoded\b/i.test(type)) {
    return { ...asked, ...Object.fromEntries(new URLSearchParams(body.toString('utf8'))) };
  }
  return { ...asked, __ow_body: body.toString(/^text\//i.test(type) ? 'utf8' : 'base64') };
}

function requestContext({ request }: Exchange, more: readonly string[]): Record<string, unknown> {
  return {
    __ow_method: request.method!.toLowerCase(),
    __ow_headers: request.headers,
    __ow_path: more.length === 0 ? '' : `/${more.join('/')}`,
  };
}

import type { RequestListener } from 'node:http';
import type { Platform } from '../../platform.js';
import type { State } from '../../state.js';
import { cloudwatchFace, isForLogs } from '../cloudwatch/face.js';
import { openLambda } from '../lambda/face.js';
import { authorizer, type AccessKey } from './authorize.js';
import { beginExchange } from './exchange.js';
import { asFault } from './fault.js';

export interface AwsFaces {
  listener: RequestListener;
  close(): Promise<void>;
}

/**
 * Lambda and CloudWatch Logs behind one address, so that AWS_ENDPOINT_URL is one value: what names an operation in
 * X-Amz-Target is for the latter. Every request is checked for the signature of its own service.
 */
export async function openAwsFaces(platform: Platform, state: State, endpointUrl: () => string): Promise<AwsFaces> {
  const { accessKeyId, secretAccessKey } = state.keys;
  const key: AccessKey = { accessKeyId, secretAccessKey, region: platform.settings.lambda.region };
  const lambda = await openLambda(platform, state.folder, key, endpointUrl);
  const services = {
    lambda: { ...lambda, authorize: authorizer(key, 'lambda', 403) },
    logs: { ...cloudwatchFace(platform), authorize: authorizer(key, 'logs', 400) },
  };
  return {
    listener(request, response) {
      const service = services[isForLogs(request) ? 'logs' : 'lambda'];
      const answered = (async () => {
        const exchange = await beginExchange(request, response);
        const { method, url, rawHeaders, headers } = request;
        service.authorize({ method: method!, target: url!, rawHeaders, headers, body: exchange.body });
        await service.answer(exchange);
      })();
      answered.catch((error: unknown) => {
        if (response.headersSent) response.destroy();
        else service.answerFault({ request, response }, asFault(error));
      });
    },
    close: () => lambda.close(),
  };
}

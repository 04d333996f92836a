import type { AwsExchange } from '../aws/exchange.js';
import { AwsFault } from '../aws/fault.js';
import { deleteConcurrency, getAccountSettings, getConcurrency, putConcurrency } from './concurrency.js';
import type { LambdaFace } from './face.js';
import { createFunction, deleteFunction, updateCode, updateConfiguration } from './functions.js';
import { invokeFunction } from './invoke.js';
import { checkPlace, referenceOf, type FunctionReference } from './names.js';
import { getConfiguration, getFunction, listFunctions } from './read-functions.js';
import { tagRoutes } from './tags.js';

type Handler = (face: LambdaFace, exchange: AwsExchange, reference: FunctionReference) => void | Promise<void>;

/** What can be asked of one function, by the method and what stands around its name; with the action as policies name it. */
const OF_FUNCTION: Readonly<Record<string, readonly [action: string, Handler]>> = {
  'GET 2015-03-31 ': ['GetFunction', getFunction],
  'DELETE 2015-03-31 ': ['DeleteFunction', deleteFunction],
  'GET 2015-03-31 configuration': ['GetFunctionConfiguration', getConfiguration],
  'PUT 2015-03-31 configuration': ['UpdateFunctionConfiguration', updateConfiguration],
  'PUT 2015-03-31 code': ['UpdateFunctionCode', updateCode],
  'POST 2015-03-31 invocations': ['InvokeFunction', invokeFunction],
  'PUT 2017-10-31 concurrency': ['PutFunctionConcurrency', putConcurrency],
  'DELETE 2017-10-31 concurrency': ['DeleteFunctionConcurrency', deleteConcurrency],
  'GET 2019-09-30 concurrency': ['GetFunctionConcurrency', getConcurrency],
};

/** @see https://docs.aws.amazon.com/lambda/latest/api/API_Operations.html */
export async function routeLambda(face: LambdaFace, exchange: AwsExchange): Promise<void> {
  const { request, segments, query } = exchange;
  const [version, collection, name = '', part = '', ...more] = segments;
  const method = request.method!;
  if (version === '2016-08-19' && collection === 'account-settings') return getAccountSettings(face, exchange);
  if (version === '2017-03-31' && collection === 'tags') return tagRoutes(face, exchange, segments.slice(2).join('/'));
  if (collection === 'functions' && more.length === 0) {
    if (name === '' && version === '2015-03-31') {
      if (method === 'POST') return createFunction(face, exchange);
      if (method === 'GET') return listFunctions(face, exchange);
    }
    const [action, handle] = OF_FUNCTION[`${method} ${version} ${part}`] ?? [];
    if (name !== '' && handle !== undefined) {
      const reference = referenceOf(name, query.get('Qualifier'));
      checkPlace(face.key.region, action!, reference);
      return handle(face, exchange, reference);
    }
  }
  throw new AwsFault(
    'UnknownOperationException',
    404,
    `${method} /${segments.join('/')}: the embedded platform has no such operation; docs/platform.md lists those of Lambda that it has`,
  );
}

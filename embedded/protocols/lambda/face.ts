import type { IncomingMessage, ServerResponse } from 'node:http';
import type { PlatformFunction } from '../../functions.js';
import type { Platform } from '../../platform.js';
import type { AccessKey } from '../aws/authorize.js';
import type { AwsExchange } from '../aws/exchange.js';
import type { AwsFault } from '../aws/fault.js';
import { createAdmission, type Admission } from './admission.js';
import { openCatalog, type Catalog } from './catalog.js';
import type { FunctionEntity } from './entity.js';
import { createEventQueue, type EventQueue } from './events.js';
import { answerFault } from './json.js';
import { platformFunction } from './platform-function.js';
import { routeLambda } from './routes.js';
import { createStreamNames } from './streams.js';

/** What the handlers of this face share. */
export interface LambdaFace {
  platform: Platform;
  key: AccessKey;
  catalog: Catalog;
  admission: Admission;
  events: EventQueue;
  /** executions at one time, of all functions */
  accountLimit: number;
  functionOf(entity: FunctionEntity, code: string): PlatformFunction;
}

export interface OpenLambda {
  answer(exchange: AwsExchange): Promise<void>;
  answerFault(target: { request: IncomingMessage; response: ServerResponse }, fault: AwsFault): void;
  close(): Promise<void>;
}

/** Lambda's REST API over the platform. @param endpointUrl where it is asked, known once it listens */
export async function openLambda(
  platform: Platform,
  stateFolder: string,
  key: AccessKey,
  endpointUrl: () => string,
): Promise<OpenLambda> {
  const place = { runtimes: platform.runtimes, key, endpointUrl, streamOf: createStreamNames() };
  const functionOf = (entity: FunctionEntity, code: string): PlatformFunction => platformFunction(entity, code, place);
  const catalog = await openCatalog(stateFolder, functionOf);
  const { concurrentExecutions: accountLimit, retryWaitsMs } = platform.settings.lambda;
  const admission = createAdmission(catalog, accountLimit);
  const face = { platform, key, catalog, admission, accountLimit, functionOf } as LambdaFace;
  face.events = createEventQueue(face, retryWaitsMs);
  admission.onRoom = () => face.events.advance();
  return {
    answer: (exchange) => routeLambda(face, exchange),
    answerFault,
    async close() {
      sayLost(face.events.close());
      await catalog.close();
    },
  };
}

/** Says what was accepted and will not be executed: whoever counts executions must know. */
function sayLost(events: ReadonlyMap<string, number>): void {
  if (events.size === 0) return;
  const each = [...events]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, count]) => `${count} of ${name}`)
    .join(', ');
  process.stderr.write(`faaslab platform: Events of Lambda that waited when it stopped are lost: ${each}\n`);
}

import { ApiError } from './exchange.js';
import { isSequence } from './exec.js';
import { startExecution, type Started } from './execution.js';
import type { OpenwhiskFace } from './face.js';
import type { ResolvedAction } from './resolve.js';
import { startSequence } from './sequences.js';

/**
 * Starts an action or a sequence that a request asks for.
 * @param payload its parameters, JSON text; those of the action are laid under them
 * @throws ApiError 429
 */
export function startAction(face: OpenwhiskFace, action: ResolvedAction, payload: string, acceptNs: number): Started {
  if (!isSequence(action.entity.exec)) return startExecution(face, action, payload, { acceptNs, cause: null });
  const refused = face.platform.admit();
  if (refused !== null) throw new ApiError(429, refused);
  return startSequence(face, action, payload, acceptNs);
}

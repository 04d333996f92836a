import type { Runtimes } from '../../execution/runtimes.js';
import { ApiError, Rejection } from './exchange.js';
import { kindNamed } from './kinds.js';
import { qualifiedName, qualifiedPath } from './names.js';

/** Code and what executes it. */
export interface CodeExec {
  kind: string;
  code: string;
  binary: boolean;
  main?: string;
}

/** Other actions, one after the other, by qualified name. */
export interface SequenceExec {
  kind: 'sequence';
  components: string[];
}

export type Exec = CodeExec | SequenceExec;

/** Largest code, bytes. */
const CODE_LIMIT_BYTES = 48 * 2 ** 20;
const ENTRY_NAME = /^[\p{ID_Start}$_][\p{ID_Continue}$.]*$/u;

export function isSequence(exec: Exec): exec is SequenceExec {
  return exec.kind === 'sequence';
}

/** Reads what a PUT wants executed. @throws Rejection 400, ApiError 403, 413 */
export function execOf(asked: unknown, runtimes: Runtimes): Exec {
  if (typeof asked !== 'object' || asked === null) throw malformed('exec undefined');
  const { kind: askedKind, code, main, binary, components } = asked as Record<string, unknown>;
  if (typeof askedKind !== 'string') throw malformed(`'kind' must be a string defined in 'exec'`);
  if (askedKind === 'sequence') return { kind: 'sequence', components: componentsIn(components) };
  const { kind } = kindNamed(askedKind, runtimes);
  if (typeof code !== 'string') {
    throw malformed(`'code' must be a string or attachment object defined in 'exec' for '${kind}' actions`);
  }
  if (main !== undefined && (typeof main !== 'string' || !ENTRY_NAME.test(main))) {
    throw malformed(`if defined, 'main' be a string in 'exec' for '${kind}' actions`);
  }
  const bytes = Buffer.byteLength(code);
  if (bytes > CODE_LIMIT_BYTES) {
    throw new ApiError(413, `Request larger than allowed: ${bytes} > ${CODE_LIMIT_BYTES} bytes.`);
  }
  return { kind, code, binary: binary === true || isZip(code), ...(main === undefined ? {} : { main }) };
}

/** Clients other than wsk do not say that their code is an archive in base64: the real system looks, too. */
function isZip(code: string): boolean {
  return code.startsWith('UEsDB') && /^[\w+/]+={0,2}$/.test(code);
}

function componentsIn(components: unknown): string[] {
  if (components === undefined) throw malformed(`'components' must be defined for sequence kind`);
  if (!Array.isArray(components)) throw malformed(`'components' must be an array`);
  return components.map((name) => qualifiedName(qualifiedPath(name)));
}

function malformed(why: string): Rejection {
  return new Rejection(400, `The request content was malformed:\n${why}`);
}

import { createHash } from 'node:crypto';
import type { FunctionEntity } from './entity.js';
import { invalidParameter } from './names.js';

/** Code as it was sent. */
export interface Archive {
  base64: string;
  facts: Pick<FunctionEntity, 'codeSha256' | 'codeBytes'>;
}

/** The zip archive in a request. @throws AwsFault 400 */
export function archiveIn(asked: unknown): Archive {
  const { ZipFile, ...others } = (asked ?? {}) as Record<string, unknown>;
  if (typeof ZipFile !== 'string') {
    const given = ['S3Bucket', 'ImageUri'].find((key) => others[key] !== undefined);
    throw invalidParameter(
      given === undefined
        ? 'Please provide a source for function code.'
        : `${given}: the embedded platform takes code by ZipFile only`,
    );
  }
  const bytes = Buffer.from(ZipFile, 'base64');
  if (bytes.length === 0) throw invalidParameter('Uploaded file must be a non-empty zip');
  const codeSha256 = createHash('sha256').update(bytes).digest('base64');
  return { base64: bytes.toString('base64'), facts: { codeSha256, codeBytes: bytes.length } };
}

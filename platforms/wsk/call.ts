import { createHash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { durationText, type BodySource } from '../bodies.js';
import { requestBytesOf } from './parameters.js';

/** How an instance is invoked, as it crosses to the firing thread. */
export interface WskCall {
  /** `action`, `package/action` or `/namespace/package/action` */
  action: string;
  blocking: boolean;
  parameters: BodySource;
}

/** What one row needs. */
export interface PreparedCall {
  blocking: boolean;
  /** the argument list of a row by its input; holds neither the key nor what stands in a file of parameters */
  argumentsOf(input: number): string[];
  requestBytesOf(input: number): number;
}

/**
 * Writes the parameters of a call into files, for an argument list can be read by every user of the machine; a row's
 * duration alone is an argument.
 * @param folder where they are written, each content once; readable by us alone
 */
export async function prepareCall(call: WskCall, folder: string, insecure: boolean): Promise<PreparedCall> {
  const { action, blocking, parameters } = call;
  const invoke = [...(insecure ? ['-i'] : []), 'action', 'invoke', action, ...(blocking ? ['--blocking'] : [])];
  return {
    blocking,
    argumentsOf: await argumentLists(invoke, parameters, folder),
    requestBytesOf: requestBytesOf(parameters),
  };
}

async function argumentLists(
  invoke: string[],
  parameters: BodySource,
  folder: string,
): Promise<PreparedCall['argumentsOf']> {
  if (parameters.kind === 'duration') {
    const base = [...invoke, ...(await parameterFile(Buffer.from(parameters.json, 'utf8'), folder))];
    return (input) => [...base, '-p', parameters.parameter, durationText(input)];
  }
  const bodies = parameters.kind === 'one' ? [parameters.bytes] : parameters.bodies;
  const lists: string[][] = [];
  for (const body of bodies) lists.push([...invoke, ...(await parameterFile(body, folder))]);
  return (input) => lists[input]!;
}

/** `-P FILE`, or nothing for parameters without any. */
async function parameterFile(json: Uint8Array, folder: string): Promise<string[]> {
  if (Buffer.from(json).toString('latin1').trim() === '{}') return [];
  const path = join(folder, `${createHash('sha256').update(json).digest('hex')}.json`);
  await writeFile(path, json, { mode: 0o600, flag: 'wx' }).catch((error: NodeJS.ErrnoException) => {
    // The same parameters again.
    if (error.code !== 'EEXIST') throw error;
  });
  return ['-P', path];
}

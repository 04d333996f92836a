import { ConfigError } from '../common/errors.js';
import { contentTypeOf } from './content-type.js';
import type { Findings, JsonPath } from './findings.js';
import { readJson } from './json-text.js';
import type { EndpointKind, Payload } from './model.js';
import { readParamsList } from './params-list.js';
import { FileFault, type NamedFiles } from './named-files.js';
import { isPlainObject, type Readable } from './read-fields.js';
import type { InstanceInput } from './schema-instance.js';

/** What an instance sends with each invocation. At most one of `param_file`, `data_file` and `data`. */
export async function resolvePayload(
  given: Readable<InstanceInput>,
  endpoint: EndpointKind,
  files: NamedFiles,
  at: JsonPath,
  findings: Findings,
): Promise<Payload> {
  const generic = endpoint === 'generic';
  const sources = (['param_file', 'params', 'data_file', 'data'] as const).filter((key) => given[key] !== undefined);
  const usable = sources.filter((key) => key !== 'data' || generic);
  if (usable.length > 1) findings.error([...at, usable[1]!], `cannot stand beside ${usable[0]}; leave one out`);
  if (given.data_file !== undefined) return dataPayload(given, given.data_file, endpoint, files, at, findings);
  if (given.params !== undefined) return listPayload(given.params, files, at, findings);
  if (given.param_file !== undefined) return paramsPayload(given.param_file, files, at, findings);
  if (generic && given.data !== undefined) return inlinePayload(given);
  return { kind: 'none' };
}

/** A text that is declared as something else than JSON is meant as it stands. */
function inlinePayload({ data, content_type: contentType }: Readable<InstanceInput>): Payload {
  if (typeof data === 'string' && contentType !== undefined && !contentType.includes('json')) {
    return { kind: 'data', contentType, bytes: Buffer.from(data, 'utf8') };
  }
  return { kind: 'params', json: JSON.stringify(data) };
}

async function paramsPayload(name: string, files: NamedFiles, at: JsonPath, findings: Findings): Promise<Payload> {
  const place = [...at, 'param_file'];
  const file = await usableFile(name, files, place, findings);
  if (file === undefined) return { kind: 'none' };
  try {
    const { value } = readJson(file.bytes, name);
    if (isPlainObject(value)) {
      // The text as it is: written anew, integers beyond 2⁵³ would change.
      return { kind: 'params', json: new TextDecoder().decode(file.bytes).trim() };
    }
    const isList = Array.isArray(value);
    findings.error(
      place,
      `${name}: must hold one JSON object, the parameters by name${isList ? '; a list goes into "params": {"file": …}' : ''}`,
    );
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    findings.error(place, error.message);
  }
  return { kind: 'none' };
}

async function listPayload(
  { file: name, order }: { file?: string; order?: 'cycle' | 'random' },
  files: NamedFiles,
  at: JsonPath,
  findings: Findings,
): Promise<Payload> {
  const place = [...at, 'params', 'file'];
  const file = name === undefined ? undefined : await usableFile(name, files, place, findings);
  if (file === undefined) return { kind: 'none' };
  try {
    return { kind: 'list', jsons: readParamsList(file.bytes, name!), order: order ?? 'cycle' };
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    findings.error(place, error.message);
    return { kind: 'none' };
  }
}

async function dataPayload(
  given: Readable<InstanceInput>,
  name: string,
  endpoint: EndpointKind,
  files: NamedFiles,
  at: JsonPath,
  findings: Findings,
): Promise<Payload> {
  const place = [...at, 'data_file'];
  if (endpoint === 'lambda') {
    findings.error(place, 'goes to web actions and generic endpoints only; with endpoint "lambda" use param_file');
    return { kind: 'none' };
  }
  if (endpoint === 'wsk') {
    findings.error(
      place,
      'the wsk CLI cannot send a binary body; use endpoint "local_openwhisk", which posts it to the web action, or param_file',
    );
    return { kind: 'none' };
  }
  const file = await usableFile(name, files, place, findings);
  if (file === undefined) return { kind: 'none' };
  return { kind: 'data', bytes: file.bytes, contentType: given.content_type ?? contentTypeOf(file.bytes) };
}

async function usableFile(
  name: string,
  files: NamedFiles,
  at: JsonPath,
  findings: Findings,
): Promise<{ bytes: Uint8Array } | undefined> {
  try {
    return await files.read(name);
  } catch (error) {
    if (!(error instanceof FileFault)) throw error;
    findings.error(at, `${name}: ${error.message}`);
    return undefined;
  }
}

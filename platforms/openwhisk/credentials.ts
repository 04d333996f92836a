import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { ConfigError, systemErrorCode } from '../../common/errors.js';
import type { OpenWhiskAccess } from '../access.js';

/** What a config may say of the platform; the key is never part of it. */
export interface OpenWhiskPlace {
  apiHost?: string;
  namespace?: string;
}

/**
 * Finds a platform and the key to it as `wsk` does: WHISK_APIHOST, WHISK_AUTH and WHISK_NAMESPACE, else the lines APIHOST,
 * AUTH and NAMESPACE of `~/.wskprops` (WSK_CONFIG_FILE names another file). What the config says of host and namespace
 * comes before both. The namespace is `_`, the key's own, where nobody names one.
 *
 * @throws ConfigError if host or key is missing or malformed; the message never holds the key
 */
export async function findOpenWhiskAccess(place: OpenWhiskPlace): Promise<OpenWhiskAccess> {
  const env = process.env;
  const file = env['WSK_CONFIG_FILE'] ?? join(homedir(), '.wskprops');
  const properties = await readProperties(file);
  const apiHost = place.apiHost ?? nonEmpty(env['WHISK_APIHOST']) ?? properties.get('APIHOST');
  const auth = nonEmpty(env['WHISK_AUTH']) ?? properties.get('AUTH');
  const namespace = place.namespace ?? nonEmpty(env['WHISK_NAMESPACE']) ?? properties.get('NAMESPACE') ?? '_';
  if (apiHost === undefined) {
    throw new ConfigError(`no OpenWhisk host: set WHISK_APIHOST, or put APIHOST=… into ${file}`);
  }
  if (auth === undefined) {
    throw new ConfigError(`no key for OpenWhisk at ${apiHost}: set WHISK_AUTH=uuid:key, or put AUTH=… into ${file}`);
  }
  if (!/^[^\s:]+:[^\s:]+$/.test(auth)) {
    throw new ConfigError('the OpenWhisk key (WHISK_AUTH, or AUTH in .wskprops) must have the form uuid:key');
  }
  return { apiHost: withScheme(apiHost), auth, namespace };
}

/** A host as `wsk` takes it: `https://` where it has no scheme, without a slash at its end. */
function withScheme(apiHost: string): string {
  const text = /^https?:\/\//i.test(apiHost) ? apiHost : `https://${apiHost}`;
  if (!URL.canParse(text)) throw new ConfigError(`the OpenWhisk host "${apiHost}" is no host or URL`);
  const url = new URL(text);
  if (url.username !== '' || url.password !== '') {
    throw new ConfigError('the OpenWhisk host must not hold a user or a key: set WHISK_AUTH instead');
  }
  return `${url.origin}${url.pathname.replace(/\/+$/, '')}`;
}

/** `KEY=value` lines; comments and lines without exactly one `=` are skipped, as `wsk` does. */
async function readProperties(path: string): Promise<Map<string, string>> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return new Map();
    throw new ConfigError(`${path} cannot be read (${systemErrorCode(error)}); WSK_CONFIG_FILE names another file`);
  }
  const properties = new Map<string, string>();
  for (const line of text.split('\n')) {
    if (line.trimStart().startsWith('#')) continue;
    const [key, value, ...more] = line.split('=');
    if (key === undefined || value === undefined || more.length > 0 || value.trim() === '') continue;
    properties.set(key.trim(), value.trim());
  }
  return properties;
}

function nonEmpty(text: string | undefined): string | undefined {
  return text === undefined || text === '' ? undefined : text;
}

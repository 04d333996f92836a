import { readFile } from 'node:fs/promises';
import { ConfigError, systemErrorCode } from '../../common/errors.js';

/** What `[db_creds]` of a `db_local.ini` says, as OpenWhisk's Ansible scripts write it. */
export interface DbCredentials {
  url: string;
  username: string;
  password: string;
}

/**
 * @throws ConfigError if the file cannot be read, or the section lacks host, user or password; values are never quoted
 */
export async function readDbIni(path: string): Promise<DbCredentials> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    throw new ConfigError(`--db-ini ${path}: the file cannot be read (${systemErrorCode(error)})`);
  }
  const entries = sectionOf(text, 'db_creds');
  const missing = ['db_host', 'db_username', 'db_password'].filter((key) => !entries.has(key));
  if (missing.length > 0) throw new ConfigError(`--db-ini ${path}: [db_creds] lacks ${missing.join(', ')}`);
  const url = `${entries.get('db_protocol') ?? 'http'}://${entries.get('db_host')!}:${entries.get('db_port') ?? '5984'}`;
  if (!/^https?:/.test(url) || !URL.canParse(url)) {
    throw new ConfigError(`--db-ini ${path}: db_protocol, db_host and db_port of [db_creds] make no URL`);
  }
  return { url, username: entries.get('db_username')!, password: entries.get('db_password')! };
}

function sectionOf(text: string, wanted: string): Map<string, string> {
  const entries = new Map<string, string>();
  let section = '';
  for (const raw of text.split(/\r?\n/)) {
    const line = raw.trim();
    if (line === '' || line.startsWith('#') || line.startsWith(';')) continue;
    const header = /^\[(.*)\]$/.exec(line);
    if (header !== null) {
      section = header[1]!.trim();
      continue;
    }
    const [, key, value] = /^([^=]*?)\s*=\s*(.*)$/.exec(line) ?? [];
    if (section === wanted && key !== undefined && value !== '') entries.set(key, value!);
  }
  return entries;
}

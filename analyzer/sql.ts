import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../common/package-root.js';

/** The statement of `analyzer/sql/<question>.sql`. */
export function sqlOf(question: string): string {
  return readFileSync(join(packageRoot, 'analyzer', 'sql', `${question}.sql`), 'utf8');
}

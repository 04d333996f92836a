import { messageOf, RecordsError } from '../common/errors.js';
import { writeFileAtomic } from '../common/files.js';
import { junitOf } from './junit.js';
import { markdownOf } from './markdown.js';
import type { ComparisonResult } from './result.js';

export interface GateFiles {
  markdown: string | null;
  junit: string | null;
}

/**
 * Writes what a CI shows of a comparison: a Markdown comment, JUnit XML.
 * @throws RecordsError if a file cannot be written
 */
export async function writeGateFiles(result: ComparisonResult, { markdown, junit }: GateFiles): Promise<void> {
  if (markdown !== null) await written(markdown, markdownOf(result));
  if (junit !== null) await written(junit, junitOf(result));
}

async function written(path: string, content: string): Promise<void> {
  await writeFileAtomic(path, content).catch((error: unknown) => {
    throw new RecordsError(`${path} cannot be written: ${messageOf(error)}`);
  });
}

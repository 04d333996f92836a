import type { Findings, JsonPath } from './findings.js';
import type { MonitorScript } from './model.js';
import { FileFault, type NamedFiles } from './named-files.js';

/** Finds a script of monitors; null where the config names none, or one that is not there: then findings say so. */
export async function resolveScript(
  name: string | null | undefined,
  at: JsonPath,
  files: NamedFiles,
  findings: Findings,
): Promise<MonitorScript | null> {
  if (name === undefined || name === null) return null;
  try {
    return await files.findScript(name);
  } catch (error) {
    if (!(error instanceof FileFault)) throw error;
    findings.error(at, `${name}: ${error.message}`);
    return null;
  }
}

import { spawnSync } from 'node:child_process';
import { extname } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ConfigError, messageOf, systemErrorCode } from '../common/errors.js';
import type { ComparativePlotting } from './custom-plot-specs.js';
import { guarded } from './guarded.js';

/**
 * Imports the module of a customized plot.
 * @param file as the user named it
 * @throws ConfigError with its line if it cannot be loaded, or exports no `ComparativePlotting`
 */
export async function importPlot(file: string, path: string): Promise<ComparativePlotting> {
  const loaded = await imported(file, path);
  const plot =
    loaded['ComparativePlotting'] ??
    (loaded['default'] as Record<string, unknown> | undefined)?.['ComparativePlotting'];
  if (typeof plot !== 'function') {
    throw new ConfigError(`${file}: it exports no function ComparativePlotting(tests, perfs)`);
  }
  return plot as ComparativePlotting;
}

async function imported(file: string, path: string): Promise<Record<string, unknown>> {
  try {
    return await guarded(async () => (await import(pathToFileURL(path).href)) as Record<string, unknown>);
  } catch (error) {
    if (systemErrorCode(error) === 'ERR_UNKNOWN_FILE_EXTENSION') throw new ConfigError(cannotLoad(file));
    const line = lineIn(path, error) || (error instanceof SyntaxError ? lineOfSyntaxError(path) : '');
    throw new ConfigError(`${file}${line}: it cannot be loaded: ${messageOf(error)}`, { cause: error });
  }
}

function cannotLoad(file: string): string {
  const extension = extname(file);
  if (/^\.[cm]?ts$/.test(extension)) {
    return `${file}: Node ${process.version} cannot load ${extension} files; use Node 22.18 or newer, or write it as .mjs without its types`;
  }
  return `${file}: Node ${process.version} cannot load ${extension || 'this kind of'} files; write it as .mjs`;
}

/** The error that an import throws does not say where JavaScript's syntax is wrong; Node's own check does. */
function lineOfSyntaxError(path: string): string {
  const { stderr } = spawnSync(process.execPath, ['--check', path], { encoding: 'utf8' });
  return /^[^\n]*(:\d+)\n/.exec(stderr)?.[1] ?? '';
}

/** `:12` where the stack of an error names a line of the file. */
export function lineIn(path: string, error: unknown): string {
  if (!(error instanceof Error) || error.stack === undefined) return '';
  const escaped = [path, pathToFileURL(path).href].map((text) =>
    text.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`),
  );
  const line = new RegExp(`(?:${escaped.join('|')}):(\\d+)`).exec(error.stack)?.[1];
  return line === undefined ? '' : `:${line}`;
}

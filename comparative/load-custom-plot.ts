import { statSync } from 'node:fs';
import { extname, resolve } from 'node:path';
import { ConfigError } from '../common/errors.js';
import { equivalentOfPython } from './custom-plot-advice.js';
import { USUAL_PLOT_LIMIT_S } from './custom-plot-messages.js';
import { openPlotThread, type PlotThread } from './plot-thread.js';

export interface PlotOptions {
  /** default USUAL_PLOT_LIMIT_S */
  limitS?: number | undefined;
  /** ends it, whatever it does */
  signal?: AbortSignal | undefined;
}

/**
 * Loads a customized plot before anything else is done, in a thread of its own.
 * @throws ConfigError if the file is missing, is Python, cannot be loaded, or exports no `ComparativePlotting`
 */
export async function loadCustomPlot(
  file: string,
  { limitS = USUAL_PLOT_LIMIT_S, signal }: PlotOptions = {},
): Promise<PlotThread> {
  const extension = extname(file).toLowerCase();
  if (extension === '.py') throw new ConfigError(equivalentOfPython(file));
  if (extension === '.pkl') {
    throw new ConfigError(
      `${file}: a pickle is never opened, since it may run code; -c takes a module (.mjs, .js, .ts)`,
    );
  }
  const path = resolve(file);
  const found = statSync(path, { throwIfNoEntry: false });
  if (found === undefined) throw new ConfigError(`${file}: there is no such file (--customized_plot)`);
  if (!found.isFile()) throw new ConfigError(`${file}: it is no file; -c takes a module (.mjs, .js, .ts)`);
  return openPlotThread({ file, path }, limitS, signal);
}

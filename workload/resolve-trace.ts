import type { Findings, JsonPath } from './findings.js';
import type { InstanceSpec } from './model.js';
import type { Readable } from './read-fields.js';
import { type ReadTrace, readTrace } from './read-trace.js';
import type { InstanceSurroundings } from './resolve-instance.js';
import { FASTEST_PER_S, type InstanceInput } from './schema-instance.js';
import { traceInstance } from './trace-instance.js';
import { readTraceOptions } from './trace-options.js';
import { warnOfTrace } from './trace-warnings.js';
import { shortNames } from './traces/short-names.js';

/**
 * The instances that replay a trace: one for each chosen function, named `NAME/<short name>`, so that columns, summaries and
 * statistics tell the functions apart.
 * @param template the instance of the config, resolved but for its arrivals
 */
export async function resolveTrace(
  template: InstanceSpec,
  given: Readable<InstanceInput>,
  around: InstanceSurroundings,
  findings: Findings,
): Promise<InstanceSpec[]> {
  const at: JsonPath = ['instances', template.name, 'trace'];
  if (given.trace === undefined && !findings.concerns(at)) {
    findings.error(at, 'is missing; distribution "Trace" needs it, an object with "format" and "file"');
  }
  const options = readTraceOptions(given.trace ?? {}, at, findings);
  if (options === undefined || findings.concerns(at)) return [template];
  const trace = await readTrace(template.name, options, around, at, findings);
  if (trace === undefined) return [template];
  checkDensity(trace, at, findings);
  warnOfTrace(trace, around, at, findings);
  const names = shortNames(trace.survey.functions);
  return trace.chosen.map((fn, rank) =>
    traceInstance(trace, fn, { rank, shortName: names.get(fn.id)!, template, given, at }, findings),
  );
}

/** Planned times are whole microseconds: what is denser could neither be planned nor held. */
function checkDensity({ arrivals, options }: ReadTrace, at: JsonPath, findings: Findings): void {
  let most = 0;
  for (const of of arrivals.values()) {
    if (of.kind === 'counts') for (const n of of.perMinute) most = Math.max(most, n);
  }
  const perSecond = (most * options.rateScale) / (60 * options.timeScale);
  if (perSecond <= FASTEST_PER_S) return;
  const rate = Math.round(perSecond).toLocaleString('en');
  findings.error(
    at,
    `its busiest minute would become ${rate} arrivals a second, at most ${FASTEST_PER_S} can be planned; choose a larger time_scale or a smaller rate_scale`,
  );
}

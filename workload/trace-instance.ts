import type { Findings, JsonPath } from './findings.js';
import type { InstanceSpec, Payload, TraceReplay } from './model.js';
import { isPlainObject, type Readable } from './read-fields.js';
import { withContentType } from './resolve-http.js';
import type { ReadTrace } from './read-trace.js';
import type { InstanceInput } from './schema-instance.js';
import { recordedReplay } from './traces/recorded.js';
import type { TraceFunction } from './traces/trace-file.js';

interface Place {
  /** place of the function among the chosen ones, from 0: what `{n}` stands for */
  rank: number;
  shortName: string;
  /** the instance of the config, resolved but for its arrivals */
  template: InstanceSpec;
  given: Readable<InstanceInput>;
  /** where the trace stands in the config */
  at: JsonPath;
}

/** One function of a trace as an instance of its own. */
export function traceInstance(
  trace: ReadTrace,
  { id }: TraceFunction,
  { rank, shortName, template, given, at }: Place,
  findings: Findings,
): InstanceSpec {
  const { options, durations } = trace;
  const arrivals = trace.arrivals.get(id)!;
  const quantilesMs = durations?.quantilesMs.get(id) ?? null;
  const replay: TraceReplay = {
    instance: template.name,
    functionId: id,
    arrivals,
    quantilesMs,
    timeScale: options.timeScale,
    rateScale: options.rateScale,
    durationScale: options.durationScale,
    spread: options.spread,
    recorded: recordedReplay(trace, { instance: template.name, functionId: id }),
  };
  const hasDurations = quantilesMs !== null || (arrivals.kind === 'events' && arrivals.durationsMs !== null);
  const payload = hasDurations
    ? withDuration(template.payload, options.durationParameter, at, findings)
    : template.payload;
  const instance: InstanceSpec = {
    ...template,
    name: `${template.name}/${shortName}`,
    application: withRank(template.application, rank),
    arrivals: { process: 'Trace', replay },
    payload,
  };
  const { http } = template;
  if (http === undefined) return instance;
  const url = withRank(http.url, rank);
  return {
    ...instance,
    application: given.application === undefined ? new URL(url).pathname : instance.application,
    http: { ...http, url, headers: withContentType(http.headers, payload, given.content_type) },
  };
}

/** `p{n}/sleep` → `p3/sleep`: with a package for each function of the trace, each has workers of its own. */
function withRank(name: string, rank: number): string {
  return name.replaceAll('{n}', String(rank));
}

/** What an instance sends, and the duration of each invocation beside it. */
function withDuration(payload: Payload, parameter: string | null, at: JsonPath, findings: Findings): Payload {
  if (parameter === null) return payload;
  if (payload.kind === 'none') return { kind: 'duration', parameter, json: '{}' };
  const place = [...at, 'duration_parameter'];
  const others = payload.kind === 'params' ? (JSON.parse(payload.json) as unknown) : undefined;
  if (payload.kind === 'params' && isPlainObject(others) && !Object.hasOwn(others, parameter)) {
    return { kind: 'duration', parameter, json: payload.json };
  }
  if (!findings.concerns(place)) {
    const name = JSON.stringify(parameter);
    findings.error(
      place,
      isPlainObject(others)
        ? `${name} stands among the instance's own parameters, which the trace's durations would replace; take it out, or name another`
        : `the trace's durations are sent as parameter ${name}, for which the instance's body has no place; ` +
            'use param_file, or set it to false to send no durations',
    );
  }
  return payload;
}

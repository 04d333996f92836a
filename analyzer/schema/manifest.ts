import { z } from 'zod';
import type { ProcessorShares, ThreadLoad } from '../../common/thread-watch.js';
import type {
  Generator,
  Ledger,
  Manifest,
  MonitoredHost,
  MonitorOutcome,
  Spread,
  Verdict,
} from '../../records/manifest.js';
import { count, describes, flag, list, number, positive, positiveOrNull, sha256, text, textOrNull } from './words.js';

export const ledger = describes<Ledger>()(
  z
    .strictObject({
      planned: count('Invocations of the plan: ok + failed + dropped + lost + unreached'),
      ok: count("Outcome `ok`, by the client's word"),
      failed: count("Outcome `failed`, by the client's word"),
      dropped: count('Never sent because of `limits.max_in_flight`'),
      lost: count('No end is known'),
      unreached: count('Their time had not come when the run was interrupted; 0 in a complete run'),
    })
    .meta({ id: 'Ledger', description: 'What became of every planned invocation, as the invoker counted it' }),
);

export const verdict = describes<Verdict>()(
  z
    .strictObject({
      valid: flag('Whether the load was offered as planned; the figures of an invalid run are not to be trusted'),
      reasons: list(z.string(), 'Why it is not valid, one sentence each; empty where it is'),
    })
    .meta({ id: 'Verdict', description: 'Whether a run is valid, and why not' }),
);

const spread = (of: string) =>
  describes<Spread>()(
    z.strictObject({
      p50: number('Median, ms'),
      p99: number('99th percentile, ms'),
      max: number('Largest, ms'),
    }),
  )
    .nullable()
    .describe(`${of}; null where the run was never settled or no row has one`);

const shares = {
  cpu_share: positiveOrNull('Processor time / elapsed time, of one core; null where the system does not tell'),
  waited_share: positiveOrNull(
    'Share of the time in which it was ready to run and had no processor; null where the system does not tell',
  ),
};

const threadLoad = describes<ThreadLoad>()(
  z
    .strictObject({
      ...shares,
      event_loop_p99_ms: positive('p99 of how late its event loop was, ms'),
      gc_total_ms: positive('Pauses of its garbage collector together, ms'),
      gc_max_ms: positive('The longest of these pauses, ms'),
      heap_bytes: count('Of its own heap at the end, bytes'),
    })
    .meta({ id: 'ThreadLoad', description: 'What a thread of the invoker cost and what held it up' }),
);

const generator = describes<Generator>()(
  z.strictObject({
    cpu_share: positive('Processor time of all threads / elapsed time, of one core: it may exceed 1'),
    event_loop_p99_ms: positive("p99 of how late the firing thread's event loop was, ms"),
    max_rss_bytes: count('Largest resident memory of the process, bytes'),
    threads: z
      .strictObject({
        main: threadLoad.describe('The thread that writes the records'),
        firing: threadLoad.describe('The thread that sends'),
        pacer: describes<ProcessorShares>()(z.strictObject(shares))
          .nullable()
          .describe('The thread that keeps time; null where there was none'),
      })
      .optional()
      .describe('Each of them apart; absent in runs of older versions'),
  }),
);

const monitorOutcome = describes<MonitorOutcome>()(
  z.strictObject({
    role: z
      .enum(['runtime_script', 'post_script', 'sampler', 'host', 'kubernetes'])
      .describe('As the config names it; `host`: the connection to a remote host'),
    host: text('The host that it watched, as `monitored_hosts` names it; absent in runs of older versions').optional(),
    script: text('Its path, as the config names it; of what has none the command'),
    status: z
      .enum(['ok', 'failed', 'outlived', 'interrupted', 'unreachable', 'lost', 'running'])
      .describe(
        '`outlived`: it still ran when the run was over, and was ended; `interrupted`: it was ended by an interruption (Ctrl-C), of the run or of the wait for it; `unreachable`: it never began; `lost`: its connection broke in the middle, or the invoker was killed; `running`: only in a manifest whose run is not over',
      ),
    message: textOrNull('What went wrong; null where nothing did'),
    start_ms: z
      .number()
      .nullable()
      .optional()
      .describe('When it was started, ms since plan zero; null where it never was, absent in older runs'),
  }),
);

const monitoredHost = describes<MonitoredHost>()(
  z.strictObject({
    name: text('As the config names it; of the invoker its hostname'),
    folder: text('Where its files lie, relative to the run directory'),
    ssh: textOrNull("How it was reached; null for the invoker's own host"),
    clock: list(
      z.strictObject({
        at_ms: z.number().describe('When, ms since plan zero'),
        offset_ms: z.number().describe("The host's clock − the run's, ms"),
        uncertainty_ms: positive('±, ms: half of the shortest round trip'),
      }),
      "What its clock showed beside the run's; empty where it never answered",
    ),
  }),
);

export const manifest = describes<Manifest>()(
  z.strictObject({
    format: z.literal('faaslab-run/1').describe('Format of the manifest'),
    run_id: text('Name of the run directory: start in UTC and test name'),
    test_name: text('As the config names the test'),
    status: z.enum(['running', 'complete', 'interrupted']).describe('How the run ended'),
    pid: count("The invoker's process"),
    pid_start_ticks: z
      .int()
      .nullable()
      .optional()
      .describe(
        'When that process started, clock ticks since boot; null where the system does not tell, absent in older runs',
      ),
    faaslab_version: text('Version of faaslab that made the run'),
    node_version: text('Version of Node.js that made the run'),
    host: z
      .strictObject({
        hostname: text('Its name'),
        os: text('Kind and release of its system'),
        cpus: count('Its processors'),
        cpu_model: z
          .string()
          .nullable()
          .optional()
          .describe('Model of its processors; null where the system does not tell, absent in older runs'),
        memory_bytes: count('Its memory, bytes'),
      })
      .describe('The machine of the invoker'),
    config: z
      .record(z.string(), z.unknown())
      .describe('The resolved config (configs/schema.json), with all defaults, without secrets; it may grow'),
    config_path: text('Where the config lay, as the user named it'),
    config_sha256: sha256("Of the config's file"),
    files: z.record(z.string(), z.string()).describe('SHA-256 of every file that the config named, by path'),
    seed: z.int().min(0).describe('What all arrivals follow from'),
    plan_sha256: sha256('Of the lines `seq,instance,planned_us` of the plan'),
    instances: list(
      z.strictObject({ name: text('The instance'), function: text('The function that it invokes') }),
      "The config's instances, in its order",
    ),
    endpoint: z
      .strictObject({
        kind: text('`local_openwhisk`, `embedded`, `wsk`, `lambda` or `generic`'),
        url: text('Where invocations went, without user info and query'),
        namespace: text('OpenWhisk’s, resolved').optional(),
        region: text('Of AWS').optional(),
        invocation_type: z.enum(['RequestResponse', 'Event']).optional().describe("Lambda's: whether calls waited"),
        qualifier: text('Version or alias on Lambda').optional(),
        insecure: flag('Whether an unverifiable certificate was accepted').optional(),
        wsk_version: text("Of OpenWhisk's CLI").optional(),
        started_for_run: flag('Of `--embedded`: the platform was started for this run and ended with it').optional(),
      })
      .describe('The platform, never a credential; a field is absent where it does not apply'),
    start_epoch_ms: z
      .int()
      .nullable()
      .describe(
        'Wall clock at plan zero, ms since 1970 (UTC); all times of the records count from it; null where it never came',
      ),
    end_epoch_ms: z.int().nullable().describe('The same of the end of the run; null where it is not known'),
    ledger,
    lateness_ms: spread('fired − planned'),
    send_lag_ms: spread('sent − planned'),
    generator: generator.nullable().describe('What the load generator cost; null where the run was never settled'),
    activations: z
      .strictObject({
        source: text('Where the activations were pulled from'),
        complete: flag('Whether none is missing'),
        missing: count('Activation ids without a record'),
      })
      .nullable()
      .describe('What was pulled; null where nothing was'),
    monitors: list(monitorOutcome, 'How each monitor ended'),
    monitored_hosts: list(
      monitoredHost,
      "Hosts that were watched, the invoker's own first; absent in runs of older versions",
    ).optional(),
    warnings: list(z.string(), 'Of the invoker'),
    verdict: verdict.nullable().describe("The invoker's own; null where the run was never judged"),
  }),
);

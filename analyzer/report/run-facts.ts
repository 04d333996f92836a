import { existsSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { packageVersion } from '../../common/package-root.js';
import { html, type Content } from '../../plotting/html.js';
import type { Section } from '../../plotting/page.js';
import type { Generator } from '../../records/manifest.js';
import type { Analysis } from '../analysis.js';
import { watchedHost } from './monitors.js';
import { count, number, percent } from './numbers.js';

/** What exactly was run, on what, and how to run it again. */
export function runFactsSection({ manifest, records, period }: Analysis, runDirectory: string): Section {
  const { host, generator } = manifest;
  const facts: [string, Content][] = [
    ['config', html`${manifest.config_path}<br /><small>SHA-256 ${code(manifest.config_sha256)}</small>`],
    ['seed', String(manifest.seed)],
    [
      'plan',
      html`${count(manifest.ledger.planned)} invocations<br /><small>SHA-256 ${code(manifest.plan_sha256)}</small>`,
    ],
    ['endpoint', endpointOf(manifest.endpoint)],
    ['activation records', `${count(records.read)} of ${count(records.expected)} from ${records.source}`],
    [
      'starts on the platform',
      period.seconds === null
        ? 'not known: the platform told no start'
        : html`${number(period.rate_per_s)} per s, the invocation rate<br /><small
              >starts that the platform recorded, over the invocation period of ${number(period.seconds)} s from the
              first of them to the last</small
            >`,
    ],
    ['faaslab', `${manifest.faaslab_version}; this page ${packageVersion()}`],
    ['Node.js', manifest.node_version],
    ['host', `${host.hostname}: ${host.os}, ${host.cpus} CPUs, ${number(host.memory_bytes / 2 ** 30)} GiB`],
    ...(manifest.monitored_hosts ?? []).map((watched): [string, Content] => ['watched host', watchedHost(watched)]),
    ['load generator', generator === null ? 'not recorded' : generatorText(generator)],
    ['to repeat it', html`<code>${repeatCommand(runDirectory, manifest.endpoint.kind)}</code>`],
  ];
  return {
    id: 'run',
    word: 'Run',
    question: 'What exactly was run?',
    body: html`<div class="table">
        <table class="facts">
          <tbody>
            ${facts.map(
              ([name, fact]) =>
                html`<tr>
                  <th scope="row">${name}</th>
                  <td>${fact}</td>
                </tr>`,
            )}
          </tbody>
        </table>
      </div>
      <details>
        <summary>The config as it was resolved</summary>
        <pre class="wrap">${JSON.stringify(manifest.config, null, 2)}</pre>
      </details>
      <details>
        <summary>The rest of the manifest; its warnings stand at the top</summary>
        <pre class="wrap">
${JSON.stringify({ ...manifest, config: undefined, files: undefined, warnings: undefined }, null, 2)}</pre>
      </details>
      ${
        Object.keys(manifest.files).length > 0 &&
        html`<details>
          <summary>The files it read</summary>
          <pre class="wrap">
${Object.entries(manifest.files)
              .map(([path, sha256]) => `${sha256}  ${path}`)
              .join('\n')}</pre>
        </details>`
      }`,
  };
}

function endpointOf({ kind, url, namespace, insecure }: Analysis['manifest']['endpoint']): string {
  const notes = [namespace === undefined ? '' : `namespace ${namespace}`, insecure ? 'certificate not verified' : ''];
  return [`${kind} at ${url}`, ...notes.filter((note) => note !== '')].join(', ');
}

function generatorText({ cpu_share, event_loop_p99_ms, max_rss_bytes, threads }: Generator): Content {
  const whole = `${percent(cpu_share)} of a core, event loop p99 ${number(event_loop_p99_ms)} ms, at most ${number(max_rss_bytes / 2 ** 20)} MiB`;
  if (threads === undefined) return whole;
  const { cpu_share: cpu, waited_share: waited, gc_max_ms: longest } = threads.firing;
  const share = (value: number | null): string => (value === null ? 'not known' : percent(value));
  return html`${whole}<br /><small
      >its firing thread: ${share(cpu)} of a core, ${share(waited)} of the time without a processor, longest pause for
      garbage collection ${number(longest)} ms</small
    >`;
}

function code(text: string): Content {
  return html`<code>${text}</code>`;
}

/** An embedded platform's address in the manifest answers nobody any more; its ground truth tells one under another kind. */
function repeatCommand(runDirectory: string, kind: string): string {
  const embedded = kind === 'embedded' || existsSync(join(runDirectory, 'truth.ndjson')) ? ' --embedded' : '';
  const near = relative('.', runDirectory) || '.';
  return `WorkloadInvoker --replay ${quoted(near.startsWith('..') ? resolve(runDirectory) : near)}${embedded}`;
}

/** A path as one word of a POSIX shell. */
function quoted(path: string): string {
  return /^[\w./:@%+-]+$/.test(path) ? path : `'${path.replaceAll("'", String.raw`'\''`)}'`;
}

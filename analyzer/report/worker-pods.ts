import { html, type Content, type Html } from '../../plotting/html.js';
import type { FunctionPods, NodePods, WorkerPod, WorkerPods } from '../monitors/worker-pods-model.js';
import { placedText } from '../monitors/placed-text.js';
import { count, number } from './numbers.js';

/** Rows of the longest table: the others are in `analysis.json` and in the table `pods`. */
const PODS_SHOWN = 200;

/** Where the workers ran: by node, by function, and each pod with the stretch of the run in which it lived. */
export function workerPodsPart(pods: WorkerPods): Html {
  if (pods.pods_seen === 0) {
    return html`<h3>Where the workers ran</h3>
      <p>No pod was seen: either none matched the selector in the namespace, or the cluster was out of reach.</p>`;
  }
  const told = pods.told > 0;
  return html`<h3>Where the workers ran</h3>
    <p>${placedText(pods)}</p>
    ${table<NodePods>(
      [
        ['node', ({ node }) => node ?? 'never given one'],
        ['pods', (one) => count(one.pods)],
        ...(told ? [PLACED] : []),
      ],
      pods.nodes,
    )}
    ${table<FunctionPods>(
      [
        ['function', ({ name }) => name],
        ['pods', (one) => count(one.pods)],
        ['nodes', ({ nodes }) => count(nodes)],
        ...(told ? [PLACED] : []),
      ],
      pods.functions,
    )}
    <details>
      <summary>${shownText(pods)}</summary>
      ${table(POD_COLUMNS, pods.pods.slice(0, PODS_SHOWN))}
    </details>`;
}

function shownText({ pods_seen: seen, pods }: WorkerPods): string {
  const shown = Math.min(pods.length, PODS_SHOWN);
  return shown === seen ? 'Each pod' : `The first ${count(shown)} of ${count(seen)} pods`;
}

type Column<Row> = readonly [title: string, cell: (row: Row) => Content];

const PLACED: Column<{ executions: number | null }> = ['executions placed', (row) => countOrDash(row.executions)];

const POD_COLUMNS: readonly Column<WorkerPod>[] = [
  ['pod', ({ pod }) => pod],
  ['node', ({ node }) => node ?? '–'],
  [
    'function',
    ({ function: name, function_by: by }) => (name === null ? '–' : html`${name} <small>${byText(by)}</small>`),
  ],
  ['invoker', ({ invoker }) => invoker ?? '–'],
  ['seen from, s', ({ seen_from_ms: fromMs }) => number(fromMs / 1000)],
  ['gone, s', ({ gone_ms: goneMs }) => (goneMs === null ? 'stayed' : number(goneMs / 1000))],
  ['executions', ({ executions }) => countOrDash(executions)],
  ['restarts', ({ restarts }) => countOrDash(restarts)],
];

const TEXT_COLUMNS = new Set(['pod', 'node', 'function', 'invoker']);

function byText(by: WorkerPod['function_by']): string {
  return by === 'executions' ? '' : `by its ${by}`;
}

function countOrDash(n: number | null): string {
  return n === null ? '–' : count(n);
}

function table<Row>(columns: readonly Column<Row>[], rows: readonly Row[]): Html {
  const classOf = (title: string): string => (TEXT_COLUMNS.has(title) ? 'name' : 'number');
  return html`<div class="table">
    <table>
      <thead>
        <tr>
          ${columns.map(([title]) => html`<th scope="col" class="${TEXT_COLUMNS.has(title) ? '' : 'number'}">${title}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${rows.map(
          (row) =>
            html`<tr>
              ${columns.map(([title, cell]) => html`<td class="${classOf(title)}">${cell(row)}</td>`)}
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`;
}

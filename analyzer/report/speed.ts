import { html, type Content, type Html } from '../../plotting/html.js';
import type { Section } from '../../plotting/page.js';
import type { Estimate } from '../../statistics/estimate.js';
import type { Analysis, GroupFigures } from '../analysis.js';
import { amount } from '../cost/amount.js';
import { count, number, percent, withInterval } from './numbers.js';

/** How fast was it: the large figures of the whole run, then a line for each function and each instance. */
export function speedSection(analysis: Analysis): Section {
  const instances = analysis.instances.filter(({ name, function: of }) => name !== of);
  return {
    id: 'speed',
    word: 'Speed',
    question: 'How fast was it?',
    body: html`${largeFigures(analysis)}
      <p class="quiet">
        In brackets: 95 % intervals that allow for the correlation between neighbouring invocations. Where there are too
        few rows for a figure, the reason stands in its place.
      </p>
      ${figuresTable('function', analysis.functions)}
      ${
        instances.length > 0 &&
        html`<h3>By instance of the config</h3>
          ${figuresTable('instance', instances)}`
      }`,
  };
}

function largeFigures({ overall, manifest, cost, series }: Analysis): Html {
  const figures: Content[] = [];
  const waited = overall.answered > 0;
  const times = waited ? overall.response_ms : overall.acceptance_ms;
  const what = waited ? 'Response' : 'Acceptance';
  figures.push(large(`${what} p50`, times.p50, number, ' ms'), large(`${what} p99`, times.p99, number, ' ms'));
  figures.push(large('Errors', overall.error_rate, percent, ''), large('Cold starts', overall.cold_share, percent, ''));
  if (cost.per_million.value !== null) {
    const label = cost.basis === 'bill' ? 'Cost per million' : 'Est. cost per million';
    figures.push(large(label, cost.per_million, amount, ` ${cost.table.currency}`));
  }
  const seconds = testSeconds(manifest);
  if (seconds !== null) {
    // What the rates over time count: by the platform's word too, and no acceptance of which no end is known.
    const completed = Math.round((series.completed_per_s.reduce((sum, rate) => sum + rate, 0) * series.bin_ms) / 1000);
    figures.push(
      html`<div>
        <dt>Completed</dt>
        <dd class="large">${number(completed / seconds)}<small> per s</small></dd>
        <dd>
          <small
            >${count(completed)} known to be done without failure, over the ${number(seconds)} s from plan zero to the
            last end</small
          >
        </dd>
      </div>`,
    );
  }
  return html`<dl class="figures">${figures}</dl>`;
}

function testSeconds({ start_epoch_ms: start, end_epoch_ms: end }: Analysis['manifest']): number | null {
  return start === null || end === null ? null : (end - start) / 1000;
}

function large(label: string, estimate: Estimate, show: (value: number) => string, unit: string): Html {
  const { value, low, high, n, note } = estimate;
  const interval =
    low === null || high === null ? (note ?? '') : `${show(low)} – ${show(high)}${unit}, n = ${count(n)}`;
  return html`<div>
    <dt>${label}</dt>
    <dd class="large">${value === null ? '–' : show(value)}${value !== null && html`<small>${unit}</small>`}</dd>
    <dd><small>${interval}</small></dd>
  </div>`;
}

function figuresTable(scope: string, groups: readonly GroupFigures[]): Html {
  const accepted = groups.some(({ accepted }) => accepted > 0);
  const columns: [string, (group: GroupFigures) => Content][] = [
    [scope, ({ name }) => name],
    ['planned', ({ planned }) => count(planned)],
    ['response p50, ms', ({ response_ms }) => withInterval(response_ms.p50)],
    ['p90', ({ response_ms }) => withInterval(response_ms.p90)],
    ['p99', ({ response_ms }) => withInterval(response_ms.p99)],
    ['mean', ({ response_ms }) => withInterval(response_ms.mean)],
    ...(accepted
      ? [
          ['acceptance p50, ms', ({ acceptance_ms }) => withInterval(acceptance_ms.p50)] satisfies [
            string,
            (group: GroupFigures) => Content,
          ],
        ]
      : []),
    ['errors', ({ error_rate }) => withInterval(error_rate, percent)],
    ['cold starts', ({ cold_share }) => withInterval(cold_share, percent)],
  ];
  return html`<div class="table">
    <table>
      <thead>
        <tr>
          ${columns.map(([title], i) => html`<th scope="col" class="${i === 0 ? '' : 'number'}">${title}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${groups.map(
          (group) =>
            html`<tr>
              ${columns.map(([, cell], i) => html`<td class="${i === 0 ? 'name' : 'number'}">${cell(group)}</td>`)}
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`;
}

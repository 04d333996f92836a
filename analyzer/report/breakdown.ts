import { figureHtml } from '../../plotting/figure.js';
import { html, type Html } from '../../plotting/html.js';
import type { Section } from '../../plotting/page.js';
import type { Analysis, GroupFigures } from '../analysis.js';
import { partsOf } from '../breakdown.js';
import { PART_LABELS } from '../charts/breakdown.js';
import type { Chart } from '../charts/chart.js';
import { quantileShown } from '../quantile-shown.js';
import { count, number } from './numbers.js';

/** Where did the time go: the bars, and beside them means and p99 of each part. */
export async function breakdownSection(analysis: Analysis, chart: Chart | undefined): Promise<Section> {
  const known = analysis.functions.filter(({ parts }) => parts.all.n > 0);
  return {
    id: 'parts',
    word: 'Parts',
    question: 'Where did the time go?',
    body:
      chart === undefined || known.length === 0
        ? html`<p>
            The parts of the response time are known only where an invocation waited for its result and the platform's
            record tells wait and duration; no row of this run has both.
          </p>`
        : html`${await figureHtml(chart)} ${partsTable(known)}`,
  };
}

function partsTable(groups: readonly GroupFigures[]): Html {
  const present = partsOf(groups);
  const rows = groups.flatMap((group) =>
    (['warm', 'cold'] as const)
      .filter((warmth) => group.parts[warmth].n > 0)
      .map((warmth) => ({ name: group.name, warmth, parts: group.parts[warmth] })),
  );
  const shown = rows.length > 0 ? rows : groups.map(({ name, parts }) => ({ name, warmth: 'all', parts: parts.all }));
  return html`<div class="table">
    <table>
      <caption class="quiet">
        Mean and, small, p99 of each part, in milliseconds; a p99 of fewer than 1,000 rows is left out: –
      </caption>
      <thead>
        <tr>
          <th scope="col">function</th>
          <th scope="col"></th>
          <th scope="col" class="number">n</th>
          ${present.map((part) => html`<th scope="col" class="number">${PART_LABELS[part]}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${shown.map(
          ({ name, warmth, parts }) =>
            html`<tr>
              <td class="name">${name}</td>
              <td>${warmth}</td>
              <td class="number">${count(parts.n)}</td>
              ${present.map(
                (part) =>
                  html`<td class="number">
                    ${number(parts.mean[part])} <small>${number(quantileShown(parts.p99[part], 0.99, parts.n))}</small>
                  </td>`,
              )}
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`;
}

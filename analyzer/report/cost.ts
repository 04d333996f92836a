import { html, type Content, type Html } from '../../plotting/html.js';
import type { Section } from '../../plotting/page.js';
import type { Analysis } from '../analysis.js';
import { amount } from '../cost/amount.js';
import type { Cost, CostFigures } from '../cost/model.js';
import { count, number, withInterval } from './numbers.js';

/** What did it cost: by which prices, and a line for each function. */
export function costSection({ cost }: Analysis): Section {
  return {
    id: 'cost',
    word: 'Cost',
    question: 'What did it cost?',
    body: cost.total === null ? noCost(cost) : html`${preface(cost)} ${costTable(cost)} ${notCounted(cost)}`,
  };
}

function noCost({ note }: Cost): Html {
  return html`<p>${sentence(note)} A cost follows from the memory limit and the duration of each execution.</p>`;
}

function preface({ basis, meaning, table, note }: Cost): Html {
  return html`<p>
      ${basis === 'estimate' && html`<strong>An estimate.</strong>`} In ${table.currency}, ${withoutLabel(meaning)}.
      <br /><small>Source of the prices: ${table.source}</small>
    </p>
    ${note !== null && html`<p>${sentence(note)}</p>`}`;
}

function sentence(note: string | null): string {
  return note === null ? '' : `${note.charAt(0).toUpperCase()}${note.slice(1)}.`;
}

/** The label stands before it in bold. */
function withoutLabel(meaning: string): string {
  return meaning.replace(/^an estimate: /, '');
}

function costTable(cost: Cost): Html {
  const { currency } = cost.table;
  const columns: [string, (figures: CostFigures) => Content][] = [
    ['requests', ({ requests }) => (requests === null ? '–' : count(requests))],
    ['GB-s', ({ gb_s }) => number(gb_s)],
    ['of them init', ({ init_gb_s }) => number(init_gb_s)],
    [`for GB-s, ${currency}`, ({ compute_cost }) => amount(compute_cost)],
    ['for requests', ({ request_cost }) => amount(request_cost)],
    ['together', ({ total }) => amount(total)],
    ['per million', ({ per_million }) => withInterval(per_million, amount)],
    ['with free tier', ({ per_million_with_free_tier }) => amount(per_million_with_free_tier)],
    ['not priced', ({ unpriced }) => count(unpriced)],
  ];
  const row = (name: Content, figures: CostFigures): Html =>
    html`<tr>
      ${name} ${columns.map(([, cell]) => html`<td class="number">${cell(figures)}</td>`)}
    </tr>`;
  return html`<div class="table">
    <table>
      <thead>
        <tr>
          <th scope="col">function</th>
          ${columns.map(([title]) => html`<th scope="col" class="number">${title}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${cost.functions.map((figures) => row(html`<td class="name">${figures.name}</td>`, figures))}
        ${cost.functions.length > 1 && row(html`<th scope="row">the run</th>`, cost)}
      </tbody>
    </table>
  </div>`;
}

function notCounted({ init_billed, table, priced }: Cost): Html {
  return html`<p class="quiet">
    ${count(priced)} executions at list prices of the first tier: every attempt, and every component of a sequence.
    ${init_billed ? 'Their init is billed.' : 'On the day of the run the init was not billed yet.'} Per million: what a
    million such invocations in one month would cost with all tiers, and the same for an account that uses the free tier
    for nothing else; in brackets the 95 % interval. Prices of ${table.date}; file ${table.sha256.slice(0, 12)}. Not
    counted: traffic, logs, storage, provisioned concurrency, snapshots, discounts, taxes.
  </p>`;
}

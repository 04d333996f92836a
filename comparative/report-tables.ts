import { html, type Html } from '../plotting/html.js';
import { tellableNames } from '../plotting/name-fitting.js';
import type { Comparison } from './comparison.js';
import type { Unpaired } from './pairs.js';
import type { ComparisonResult } from './result.js';
import type { SettingDifference } from './setting-differences.js';
import { isoOf } from './since.js';
import { byText, changeText, figureText, groupName, intervalText, measureName, otherText, pText } from './wording.js';

/** What is not the same on both sides, the environment first. */
export function settingsTable(settings: SettingDifference[]): Html {
  if (settings.length === 0) return html`<p>Configs, versions and hosts are the same on both sides.</p>`;
  return html`<div class="table">
    <table>
      <thead>
        <tr>
          <th>setting</th>
          <th>baseline</th>
          <th>candidate</th>
        </tr>
      </thead>
      <tbody>
        ${settings.map(
          ({ setting, baseline, candidate }) =>
            html`<tr>
              <td class="name">${setting}</td>
              <td class="name"><code>${baseline.join(' | ')}</code></td>
              <td class="name"><code>${candidate.join(' | ')}</code></td>
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`;
}

/** Every comparison with its method and n beside it. */
export function comparisonTable(comparisons: Comparison[]): Html {
  if (comparisons.length === 0) return html`<p>No function was invoked on both sides.</p>`;
  const cells = nameCells(comparisons.map(groupName));
  return html`<div class="table">
    <table>
      <thead>
        <tr>
          <th>function</th>
          <th>measure</th>
          <th class="number">baseline</th>
          <th class="number">candidate</th>
          <th class="number">change</th>
          <th class="number">95 %</th>
          <th class="number">also</th>
          <th class="number">p (Holm)</th>
          <th>by</th>
        </tr>
      </thead>
      <tbody>
        ${comparisons.map((comparison) => comparisonRow(comparison, cells(groupName(comparison))))}
      </tbody>
    </table>
  </div>`;
}

/** Width of a column of names, px: what most names need. */
const NAME_ROOM = 260;

/** Cells for names: a long one is short in each row, no two alike, and stands in full in its title. */
function nameCells(names: readonly string[]): (name: string) => Html {
  const all = [...new Set(names)];
  const short = tellableNames(all, NAME_ROOM, { size: 14 });
  return (name) => html`<td class="line" title="${name}">${short[all.indexOf(name)]}</td>`;
}

function comparisonRow(comparison: Comparison, name: Html): Html {
  const { change, p_holm, cliffs_delta, finding } = comparison;
  const number = (text: string) => html`<td class="number">${text}</td>`;
  const said = finding === 'more' || finding === 'less';
  return html`<tr>
    ${name}
    <td class="line">${measureName(comparison)}</td>
    ${number(figureText(comparison, comparison.baseline))}${number(figureText(comparison, comparison.candidate))}
    <td class="number">${said ? html`<b>${changeText(comparison)}</b>` : changeText(comparison)}</td>
    ${number(change.low === null ? '' : intervalText(comparison))}
    <td class="number"><small>${otherText(comparison)}</small></td>
    ${number(p_holm === null ? '' : pText(p_holm))}
    <td class="line">
      <small>${byText(comparison)}${cliffs_delta === null ? null : `; Cliff’s delta ${cliffs_delta.toFixed(2)}`}</small>
    </td>
  </tr>`;
}

/** Every run that was read, and what was left out. */
export function runsTable({ merged, sides, unpaired }: ComparisonResult): Html {
  const sideOf = (id: string) =>
    (['baseline', 'candidate'] as const).filter((side) => sides?.[side].runs.includes(id)).join();
  const tests = nameCells(merged.runs.map(({ test }) => test));
  return html`<div class="table">
      <table>
        <thead>
          <tr>
            <th>side</th>
            <th>test</th>
            <th>started</th>
            <th class="number">rows</th>
            <th>valid</th>
            <th>run</th>
            <th>host</th>
          </tr>
        </thead>
        <tbody>
          ${merged.runs.map(
            (run) =>
              html`<tr>
                <td>${sideOf(run.run_id)}</td>
                ${tests(run.test)}
                <td class="line">${run.startEpochMs === null ? '' : isoOf(run.startEpochMs)}</td>
                <td class="number">${run.rows.toLocaleString('en-US')}</td>
                <td>${run.manifest.verdict?.valid === true ? '✓' : '✗'}</td>
                <td class="name"><code>${run.run_id}</code></td>
                <td class="name">${run.manifest.host?.hostname}</td>
              </tr>`,
          )}
        </tbody>
      </table>
    </div>
    ${
      merged.skipped.length === 0
        ? null
        : html`<h3>Left out</h3>
            <ul>
              ${merged.skipped.map(({ name, problem }) => html`<li><code>${name}</code>: ${problem}</li>`)}
            </ul>`
    }
    ${unpairedList(unpaired)}
    ${
      merged.notes.length === 0
        ? null
        : html`<h3>Notes</h3>
            <ul>
              ${merged.notes.map((note) => html`<li>${note}</li>`)}
            </ul>`
    }`;
}

function unpairedList(unpaired: Unpaired[]): Html | null {
  if (unpaired.length === 0) return null;
  return html`<h3>On one side only</h3>
    <ul>
      ${unpaired.map((each) => html`<li>${groupName(each)}: only the ${each.side} has it</li>`)}
    </ul>`;
}

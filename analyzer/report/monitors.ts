import { html, type Html } from '../../plotting/html.js';
import type { ClockReading, MonitoredHost } from '../../records/manifest.js';
import type { Analysis } from '../analysis.js';
import type { MonitorTable } from '../monitors/monitor-table.js';
import { count, number } from './numbers.js';

/** What the monitors wrote and how its times came onto the axis; nothing where no host was watched. */
export function monitorTablesHtml({ monitoring }: Analysis): Html | false {
  if (monitoring.tables.length === 0) return false;
  return html`<details>
    <summary>What the monitors of the hosts wrote</summary>
    <div class="table">
      <table>
        <thead>
          <tr>
            <th scope="col">host</th>
            <th scope="col">table</th>
            <th scope="col" class="number">rows</th>
            <th scope="col" class="number">from s</th>
            <th scope="col" class="number">to s</th>
            <th scope="col">its times</th>
            <th scope="col">left out</th>
          </tr>
        </thead>
        <tbody>
          ${monitoring.tables.map(
            (table) =>
              html`<tr>
                <td class="name">${table.host}</td>
                <td class="name"><code>${table.file}</code></td>
                <td class="number">${count(table.rows)}</td>
                <td class="number">${seconds(table.from_ms)}</td>
                <td class="number">${seconds(table.to_ms)}</td>
                <td>${precisionOf(table)}</td>
                <td>${leftOutOf(table)}</td>
              </tr>`,
          )}
        </tbody>
      </table>
    </div>
  </details>`;
}

/** How well the times of a table are known. */
export function precisionOf({ approximate, uncertainty_ms: ms }: MonitorTable): string {
  return approximate || ms === null ? 'approximate' : `± ${number(ms)} ms`;
}

/** A host that was watched, and how its clock stood to the run's. */
export function watchedHost({ name, ssh, clock }: MonitoredHost): string {
  if (ssh === null) return `${name}: the invoker's own`;
  const [first] = clock;
  const last = clock.at(-1);
  if (first === undefined || last === undefined) return `${name} (${ssh}): its clock was never read`;
  const offset = (reading: ClockReading): string =>
    `${number(reading.offset_ms)} ± ${number(reading.uncertainty_ms)} ms`;
  return `${name} (${ssh}): its clock − the run's ${offset(first)} at the start${last === first ? '' : `, ${offset(last)} at the end`}`;
}

function seconds(ms: number | null): string {
  return ms === null ? '–' : number(ms / 1000);
}

function leftOutOf({ lines, unknown_lines: unknown }: MonitorTable): string {
  return unknown === 0 ? '' : `${count(unknown)} of ${count(lines)} lines that are not of its format`;
}

import { html, type Html } from '../../plotting/html.js';
import { LIFT_VEIL } from '../../plotting/page.js';
import type { Analysis } from '../analysis.js';
import { count, number } from './numbers.js';

/** The page's head: which run, and whether its figures can be trusted, in words, colour and a sign. */
export function headOf(analysis: Analysis): Html {
  const { manifest } = analysis;
  const started = manifest.start_epoch_ms === null ? 'never started' : utc(manifest.start_epoch_ms);
  return html`<h1>${analysis.test_name}</h1>
    <p class="quiet">
      Run ${analysis.run_id} · ${started} · ${manifest.endpoint.kind} at ${manifest.endpoint.url} · seed
      ${manifest.seed}
    </p>
    ${verdictOf(analysis)}`;
}

function verdictOf(analysis: Analysis): Html {
  const { valid, reasons } = analysis.verdict;
  const doubts = doubtsOf(analysis);
  if (!valid) {
    return html`<div class="verdict bad" role="status">
      <p>
        <span class="sign" aria-hidden="true">✗</span><strong>Invalid.</strong>
        The figures below do not show what the config asked for:
      </p>
      <ul>
        ${reasons.map((reason) => html`<li>${sentence(reason)}</li>`)}
      </ul>
      ${
        doubts.length > 0 &&
        html`<p>And:</p>
          <ul>
            ${doubts.map((doubt) => html`<li>${sentence(doubt)}</li>`)}
          </ul>`
      }
      <p>${ledgerOf(analysis)}</p>
      ${LIFT_VEIL}
    </div>`;
  }
  if (doubts.length > 0) {
    return html`<div class="verdict doubt" role="status">
      <p>
        <span class="sign" aria-hidden="true">!</span><strong>Valid, with remarks.</strong> ${timelinessOf(analysis)}
      </p>
      <ul>
        ${doubts.map((doubt) => html`<li>${sentence(doubt)}</li>`)}
      </ul>
      <p>${ledgerOf(analysis)}</p>
    </div>`;
  }
  return html`<div class="verdict good" role="status">
    <p><span class="sign" aria-hidden="true">✓</span><strong>Valid.</strong> ${timelinessOf(analysis)}</p>
    <p>${ledgerOf(analysis)}</p>
  </div>`;
}

/** What does not make the run invalid, but limits what can be said of it. */
function doubtsOf({ thresholds, warnings, manifest }: Analysis): string[] {
  const doubts = [...manifest.warnings, ...warnings];
  for (const { name, scope, condition, value, met } of thresholds)
    if (met === false) doubts.push(`threshold missed: ${name} ${condition} (${scope}), it is ${number(value)}`);
  return [...new Set(doubts)];
}

function timelinessOf({ manifest, ledger }: Analysis): string {
  const limits = manifest.config['limits'] as { lateness_budget_ms?: number } | undefined;
  const budget = limits?.lateness_budget_ms === undefined ? '' : `, budget ${number(limits.lateness_budget_ms)} ms`;
  const late = manifest.lateness_ms;
  const lateness = late === null ? '' : ` (lateness p99 ${number(late.p99)} ms${budget})`;
  return `The plan's ${count(ledger.planned)} invocations left in time${lateness}; none was dropped or lost.`;
}

function ledgerOf({ ledger }: Analysis): Html {
  const { planned, ok, failed, dropped, lost, unreached } = ledger;
  const rest = unreached > 0 ? ` + never reached ${count(unreached)}` : '';
  return html`<span class="quiet"
    >planned ${count(planned)} = ok ${count(ok)} + failed ${count(failed)} + dropped ${count(dropped)} + lost
    ${count(lost)}${rest}</span
  >`;
}

/** `2026-11-21 08:15:00 UTC` */
function utc(epochMs: number): string {
  return `${new Date(epochMs).toISOString().slice(0, 19).replace('T', ' ')} UTC`;
}

/** A path and the name of a key stay as they are written. */
function sentence(text: string): string {
  const isWord = !/^\S*(?:[/_]|\.\S)/.test(text);
  const first = isWord ? text.charAt(0).toUpperCase() + text.slice(1) : text;
  return /[.!?]$/.test(first) ? first : `${first}.`;
}

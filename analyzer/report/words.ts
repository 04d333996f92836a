import { html, type Html } from '../../plotting/html.js';
import type { Section } from '../../plotting/page.js';

/** A column of the joined table: name, unit or kind, meaning or formula. */
type Word = [name: string, unit: string, meaning: string];

const CLIENT: Word[] = [
  ['seq', 'integer', "the invocation's place in the plan, from 0"],
  ['instance', 'text', 'the named stream of invocations in the config'],
  ['function', 'text', 'the application that the instance invokes'],
  ['planned_ms', 'ms since plan zero', 'when the plan wants it to leave'],
  ['fired_ms', 'ms since plan zero', 'when it was taken from the schedule'],
  ['sent_ms', 'ms since plan zero', 'when its first byte went to the socket'],
  ['first_byte_ms', 'ms since plan zero', 'when the first byte of the answer came'],
  ['end_ms', 'ms since plan zero', 'when the answer was complete or the fault was known'],
  ['outcome', 'text', "the client's word: ok, failed, dropped (never sent), lost (no end is known)"],
  ['error', 'text', 'why the outcome is not ok'],
  ['status', 'integer', 'HTTP status'],
  ['activation_id', 'text', "the platform's name of the activation"],
  ['request_bytes', 'bytes', 'size of the body sent'],
  ['response_bytes', 'bytes', 'size of the body received'],
];

const PLATFORM: Word[] = [
  ['namespace', 'text', 'where the action lives'],
  ['platform_function', 'text', 'the action as the platform names it'],
  ['kind', 'text', 'the runtime'],
  ['attempt', 'integer', 'which attempt of the platform this is, from 1; the last one is joined'],
  ['start_ms', 'epoch ms', 'start of the activation, on the clock of the platform'],
  ['platform_end_ms', 'epoch ms', 'its end, on the clock of the platform'],
  ['duration_ms', 'ms', 'end − start; includes init'],
  ['wait_ms', 'ms', 'from the receipt by the platform to the start of init (cold) or of the function (warm)'],
  ['init_ms', 'ms', 'starting the function in a new worker; absent when it was warm'],
  ['restore_ms', 'ms', 'restoring a snapshot'],
  ['latency_ms', 'ms', 'wait + duration'],
  ['execution_ms', 'ms', 'duration − init'],
  [
    'cold',
    'yes or no',
    'whether the activation had an init; where the platform does not tell, whether faas_measure found its worker new; else absent',
  ],
  ['success', 'yes or no', "the platform's word"],
  ['status_code', 'integer', "the platform's status of the activation"],
  ['platform_error', 'text', 'the message of a failed activation'],
  ['worker', 'text', 'which worker executed it, where the platform or an answer of faas_measure tells'],
  ['log_stream', 'text', 'the log it wrote to, where told'],
  ['memory_limit_bytes', 'bytes', 'memory it was allowed'],
  ['max_memory_bytes', 'bytes', 'memory it used at most, where told'],
  ['billed_ms', 'ms', 'duration it is billed for, where told'],
  ['cause', 'text', 'the activation that caused this one'],
  ['result', 'JSON', 'what the function returned, where kept'],
];

const DERIVED: Word[] = [
  ['attempts', 'integer', 'how often the platform tried'],
  ['accepted', 'yes or no', 'the answer was 202: the work was taken, not yet done'],
  ['lateness_ms', 'ms', 'fired − planned'],
  ['send_lag_ms', 'ms', 'sent − planned'],
  ['send_wait_ms', 'ms', 'sent − fired: queue, connection, TLS'],
  [
    'response_ms',
    'ms',
    'response time: end − planned; a timeout counts with the time waited; absent for accepted, dropped and lost invocations, and where the connection broke',
  ],
  ['service_ms', 'ms', 'service time: end − sent'],
  ['acceptance_ms', 'ms', 'end − planned of an answer that only accepts'],
  ['network_front_ms', 'ms', 'network and front end: service − latency; slightly negative where two clocks differ'],
  [
    'network_front_wait_ms',
    'ms',
    'network, front end and wait in one: service − duration; the part that is shown where the platform tells no wait',
  ],
  ['failed', 'yes or no', 'outcome is not ok, or success is no'],
];

/** The cost of the run and of each function in `analysis.json`: every figure has its line here. */
export const COST_WORDS: readonly Word[] = [
  [
    'priced',
    'executions',
    'those of which memory limit and billed time are known: each attempt, each part of a sequence',
  ],
  ['unpriced', 'executions', 'those that lack one of them, and invocations perhaps executed without a record'],
  [
    'requests',
    'requests',
    'one for each execution that is priced; a large event of a call that does not wait is several',
  ],
  [
    'gb_s',
    'GB-seconds',
    'sum of memory limit / 2³⁰ bytes × billed time; billed time: as told, else the duration rounded up',
  ],
  ['init_gb_s', 'GB-seconds', 'what inits, or restores of a snapshot, added to gb_s'],
  ['compute_cost', 'currency', 'gb_s × price of the first tier'],
  ['request_cost', 'currency', 'requests × price of a request'],
  ['total', 'currency', 'compute_cost + request_cost'],
  ['per_million', 'currency', 'what a million such invocations in one month cost: tiers applied, no free tier'],
  ['per_million_with_free_tier', 'currency', 'the same after the free tier was taken off'],
];

/** Every column of the joined table has its line here: a test compares. */
export const WORDS: readonly Word[] = [...CLIENT, ...PLATFORM, ...DERIVED];

/** What do the words mean: definition, unit and formula of each column. */
export function wordsSection(): Section {
  return {
    id: 'words',
    word: 'Words',
    question: 'What do the words mean?',
    body: html`<p>
        An <em>invocation</em> is one planned call as the client sees it; an <em>activation</em> is the platform's
        record of executing it. Response time counts from the <em>planned</em> moment, so that a stall is counted in
        full also for the invocations that had to wait because of it. It is the sum of its parts: lateness + send wait +
        network and front + wait + init + execution. What is absent is unknown, never 0.
      </p>
      <details>
        <summary>Every column of the joined table</summary>
        <h3>What the client saw</h3>
        ${table(CLIENT)}
        <h3>What the platform recorded</h3>
        ${table(PLATFORM)}
        <h3>What follows from both</h3>
        ${table(DERIVED)}
      </details>
      <details>
        <summary>The figures of the cost</summary>
        ${table(COST_WORDS, 'figure')}
      </details>`,
  };
}

function table(words: readonly Word[], what = 'column'): Html {
  return html`<div class="table">
    <table>
      <thead>
        <tr>
          <th scope="col">${what}</th>
          <th scope="col">unit</th>
          <th scope="col">meaning</th>
        </tr>
      </thead>
      <tbody>
        ${words.map(
          ([name, unit, meaning]) =>
            html`<tr>
              <td><code>${name}</code></td>
              <td>${unit}</td>
              <td>${meaning}</td>
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`;
}

import { html, type Content, type Html } from '../plotting/html.js';
import { pageHtml, type Section } from '../plotting/page.js';
import type { Chart, NoChart } from './charts/chart.js';
import { pictureOf, pictureSections } from './report-pictures.js';
import { comparisonTable, runsTable, settingsTable } from './report-tables.js';
import { gatesNote } from './judge.js';
import type { ComparisonResult } from './result.js';
import { machineWarning } from './setting-differences.js';
import { isoOf } from './since.js';

/** The comparison as one self-contained page: what differed in the setting, a sentence a function, then the pictures. */
export async function reportHtml(result: ComparisonResult, charts: readonly (Chart | NoChart)[]): Promise<string> {
  const { sides, settings, comparisons } = result;
  const compared: Section[] =
    sides === null
      ? []
      : [
          {
            id: 'setting',
            word: 'Setting',
            question: 'Were the two sides run alike?',
            body: settingsTable(settings),
          },
          {
            id: 'change',
            word: 'Change',
            question: 'How much changed?',
            body: [await pictureOf(charts, 'forest'), comparisonTable(comparisons)],
          },
        ];
  return pageHtml({
    title: sides === null ? 'Comparison' : `${sides.candidate.label} against ${sides.baseline.label}`,
    head: headOf(result),
    sections: [
      ...compared,
      ...(await pictureSections(charts)),
      { id: 'runs', word: 'Runs', question: 'What was compared?', body: runsTable(result) },
      { id: 'method', word: 'Method', question: 'How was it computed?', body: methodText(result) },
    ],
  });
}

const SIGNS = { worse: ['bad', '✗'], better: ['good', '✓'], mixed: ['doubt', '!'], none: ['doubt', '?'] } as const;
type Tone = keyof typeof SIGNS;

function headOf(result: ComparisonResult): Html {
  const { sides, invalid, settings } = result;
  if (sides === null) {
    return html`<h1>Comparison of ${result.merged.runs.length} runs</h1>
      <p class="quiet">Two sides were not named, so no differences are computed; the pictures show every test.</p>`;
  }
  const elsewhere = settings.some(({ environment }) => environment);
  const warning = machineWarning(settings);
  return html`<h1>${sides.candidate.label} against ${sides.baseline.label}</h1>
    <p class="quiet">${sides.candidate.runs.length} against ${sides.baseline.runs.length} runs. ${sides.chosen}</p>
    ${invalid.length > 0 ? invalidBox(invalid) : null}
    ${warning === null ? null : box('worse', html`${warning} See <a href="#setting">the setting</a>.`)}
    ${warning === null && elsewhere ? box('mixed', html`The sides did not run in the same place or with the same software: see <a href="#setting">the setting</a>.`) : null}
    ${result.gates.length > 0 ? gatesBox(result) : null} ${functionBoxes(result)}`;
}

function box(tone: Tone, first: Content, more: Content = null): Html {
  const [kind, sign] = SIGNS[tone];
  return html`<div class="verdict ${kind}">
    <p><span class="sign">${sign}</span>${first}</p>
    ${more}
  </div>`;
}

function invalidBox(invalid: ComparisonResult['invalid']): Html {
  const runs = invalid.map(({ run_id, reasons }) => html`<li>${run_id}: ${reasons.join('; ')}</li>`);
  return box(
    'worse',
    'Not every run is valid, so nothing here can be relied on:',
    html`<ul>
      ${runs}
    </ul>`,
  );
}

function gatesBox(result: ComparisonResult): Html {
  const { gates } = result;
  const note = gatesNote(result);
  const verdicts = gates.map(({ verdict }) => verdict);
  const [tone, first] = verdicts.includes('fail')
    ? (['worse', 'A gate failed.'] as const)
    : verdicts.includes('not enough data')
      ? (['mixed', 'There is not enough data for every gate.'] as const)
      : (['better', 'Every gate holds.'] as const);
  return box(
    tone,
    first,
    html`<ul>
        ${gates.map(({ text }) => html`<li>${text}</li>`)}
      </ul>
      ${note === null ? null : html`<p><small>${note}</small></p>`}`,
  );
}

/** A box a function; its instances stand in it, smaller. */
function functionBoxes({ sentences }: ComparisonResult): Html[] {
  const boxes: { tone: Tone; text: string; instances: string[] }[] = [];
  for (const { scope, tone, text } of sentences) {
    if (scope === 'function' || boxes.length === 0) boxes.push({ tone, text, instances: [] });
    else boxes.at(-1)!.instances.push(text);
  }
  return boxes.map(({ tone, text, instances }) =>
    box(
      tone,
      text,
      instances.map((each) => html`<p><small>${each}</small></p>`),
    ),
  );
}

function methodText({ seed, comparisons, since_epoch_ms, archive }: ComparisonResult): Html {
  const since = since_epoch_ms === null ? '' : `, tests since ${isoOf(since_epoch_ms)}`;
  return html`<p>
      Times, throughput and cost (of a million invocations) are compared by their ratio, candidate ÷ baseline; cold
      starts and errors by their difference in percentage points. Intervals are 95 %.
    </p>
    <p>
      Several runs on both sides: the run is the unit, and each run gives one figure (Welch’s t; on logarithms for
      ratios). One run against several: judged by the spread between the several. One run a side: each run is cut into
      ten sections in the order of time, or, where those are too short for a tail, resampled in blocks; this respects
      that neighbouring invocations resemble each other, but says nothing of how much two runs of the same thing differ.
    </p>
    <p>
      “Slower” and the like are said only where p, corrected after Holm for all
      ${comparisons.filter(({ p }) => p !== null).length} comparisons on this page that have one, is below 0.05. Random
      seed of the resampling: ${seed}. Read from <code>${archive}</code>${since}.
    </p>`;
}

import { html, type Html } from '../plotting/html.js';
import { figureHtml } from '../plotting/figure.js';
import { pageHtml, type Section } from '../plotting/page.js';
import type { Chart } from './charts/chart.js';
import { comparisonTable, runsTable, settingsTable } from './report-tables.js';
import type { ComparisonResult } from './result.js';
import { isoOf } from './since.js';

/** The comparison as one self-contained page: what differed in the setting, a sentence a function, then the pictures. */
export async function reportHtml(result: ComparisonResult, charts: Chart[]): Promise<string> {
  const drawn = new Map<string, Html>();
  for (const chart of charts) drawn.set(chart.name, await figureHtml(chart));
  const figure = (name: string) => drawn.get(name) ?? null;
  const sections: (Section & { there: boolean })[] = [
    {
      id: 'setting',
      word: 'Setting',
      question: 'Were the two sides run alike?',
      body: settingsTable(result.settings),
      there: result.sides !== null,
    },
    {
      id: 'change',
      word: 'Change',
      question: 'How much changed?',
      body: [figure('forest'), comparisonTable(result.comparisons)],
      there: result.sides !== null,
    },
    {
      id: 'distribution',
      word: 'Distribution',
      question: 'Where in the distribution?',
      body: figure('percentiles'),
      there: drawn.has('percentiles'),
    },
    {
      id: 'load',
      word: 'Load',
      question: 'What does the load do?',
      body: figure('load-curve'),
      there: drawn.has('load-curve'),
    },
    {
      id: 'time',
      word: 'Time',
      question: 'What happened when?',
      body: figure('latency-over-time'),
      there: drawn.has('latency-over-time'),
    },
    { id: 'runs', word: 'Runs', question: 'What was compared?', body: runsTable(result), there: true },
    { id: 'method', word: 'Method', question: 'How was it computed?', body: methodText(result), there: true },
  ];
  return pageHtml({
    title:
      result.sides === null ? 'Comparison' : `${result.sides.candidate.label} against ${result.sides.baseline.label}`,
    head: headOf(result),
    sections: sections.filter(({ there }) => there),
  });
}

const SIGNS = { worse: ['bad', '✗'], better: ['good', '✓'], mixed: ['doubt', '!'], none: ['doubt', '?'] } as const;

function headOf(result: ComparisonResult): Html {
  const { sides, sentences, gates, invalid } = result;
  if (sides === null) {
    return html`<h1>Comparison of ${result.merged.runs.length} runs</h1>
      <p class="quiet">Two sides were not named, so no differences are computed; the pictures show every test.</p>`;
  }
  return html`<h1>${sides.candidate.label} against ${sides.baseline.label}</h1>
    <p class="quiet">${sides.candidate.runs.length} against ${sides.baseline.runs.length} runs. ${sides.chosen}</p>
    ${
      invalid.length > 0
        ? html`<div class="verdict bad">
            <p><span class="sign">✗</span>Not every run is valid, so nothing here can be relied on:</p>
            <ul>
              ${invalid.map(({ run_id, reasons }) => html`<li>${run_id}: ${reasons.join('; ')}</li>`)}
            </ul>
          </div>`
        : null
    }
    ${
      result.settings.some(({ environment }) => environment)
        ? html`<div class="verdict doubt">
            <p>
              <span class="sign">!</span>The sides did not run in the same place or with the same software: see
              <a href="#setting">the setting</a>.
            </p>
          </div>`
        : null
    }
    ${gates.map(({ verdict, text }) => {
      const [kind, sign] = verdict === 'pass' ? SIGNS.better : verdict === 'fail' ? SIGNS.worse : SIGNS.mixed;
      return html`<div class="verdict ${kind}">
        <p><span class="sign">${sign}</span>${text}</p>
      </div>`;
    })}
    ${sentences.map(({ tone, text }) => {
      const [kind, sign] = SIGNS[tone];
      return html`<div class="verdict ${kind}">
        <p><span class="sign">${sign}</span>${text}</p>
      </div>`;
    })}`;
}

function methodText({ seed, comparisons, since_epoch_ms, archive }: ComparisonResult): Html {
  const since = since_epoch_ms === null ? '' : `, tests since ${isoOf(since_epoch_ms)}`;
  return html`<p>
      Times and throughput are compared by their ratio, candidate ÷ baseline; cold starts and errors by their difference
      in percentage points. Intervals are 95 %.
    </p>
    <p>
      Several runs on both sides: the run is the unit, and each run gives one figure (Welch’s t; on logarithms for
      ratios). One run against several: judged by the spread between the several. One run a side: each run is cut into
      ten sections in the order of time, or, where those are too short for a tail, resampled in blocks; this respects
      that neighbouring invocations resemble each other, but says nothing of how much two runs of the same thing differ.
    </p>
    <p>
      “Slower” and the like are said only where p, corrected after Holm for all ${comparisons.length} comparisons on
      this page, is below 0.05. Random seed of the resampling: ${seed}. Read from <code>${archive}</code>${since}.
    </p>`;
}

import { dirname } from 'node:path';
import { writeFileAtomic } from '../../common/files.js';
import { pageHtml, type Section } from '../../plotting/page.js';
import type { Analysis } from '../analysis.js';
import type { Chart } from '../charts/chart.js';
import { breakdownSection } from './breakdown.js';
import { costSection } from './cost.js';
import { failuresSection } from './failures.js';
import { coldStartSection, distributionSection, timelineSection } from './pictures.js';
import { runFactsSection } from './run-facts.js';
import { speedSection } from './speed.js';
import { headOf } from './verdict.js';
import { wordsSection } from './words.js';

/**
 * Writes the report of a run as one HTML file that needs nothing else: a section for each question, in the order in which
 * a reader has them. An invalid run's figures lie under a veil until the reader lifts it.
 *
 * @param path   in the run directory, which the page names in the command to repeat the run
 * @param charts those of `chartsOf`; sections without their picture say why there is none
 */
export async function writeReport(path: string, analysis: Analysis, charts: readonly Chart[]): Promise<void> {
  const sections: Section[] = [
    speedSection(analysis),
    await breakdownSection(
      analysis,
      charts.find(({ name }) => name === 'breakdown'),
    ),
    await distributionSection(charts),
    await timelineSection(analysis, charts),
    await coldStartSection(analysis, charts),
    costSection(analysis),
    failuresSection(analysis),
    runFactsSection(analysis, dirname(path)),
    wordsSection(),
  ];
  const title = `${analysis.test_name} · faaslab report`;
  await writeFileAtomic(path, pageHtml({ title, head: headOf(analysis), sections, veiled: !analysis.verdict.valid }));
}

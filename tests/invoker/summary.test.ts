import { expect, test } from 'vitest';
import { summaryText } from '../../invoker/summary.js';
import { httpServer } from '../support/http-servers.js';
import { postTo, workloadOf } from '../support/workloads.js';
import { runIn } from './running.js';

test('a run that was only accepted has acceptance times, no response times, and a provisional error rate', async () => {
  const url = await httpServer((_, response) => {
    response.statusCode = 202;
    response.end();
  });
  const thresholds = { 'response_ms.p99': '< 100000', error_rate: '<= 0', 'lateness_ms.p50': '< 100000' };
  const result = await runIn(workloadOf([postTo(url)], { thresholds, durationS: 0.2 }));
  expect(result.thresholds).toMatchObject([
    { value: null, n: 0, met: null },
    { value: 0, n: 20, met: true, provisional: true },
    { n: 20, met: true, provisional: false },
  ]);
  // What could not be judged is told, and has not failed.
  expect(result.exitCode).toBe(0);
  const text = summaryText(result, { directory: 'd', verbose: false, durationS: 0.2 });
  expect(text).toMatch(/^function +n +not ok +acceptance ms p50 +p90 +p99$/m);
  expect(text).not.toContain('response ms');
  expect(text).toMatch(/^\? response_ms\.p99 < 100000: cannot be judged, .*only accepted \(202\)$/m);
  expect(text).toMatch(/^✓ error_rate <= 0: it is 0 \(provisional: /m);
  expect(text).toMatch(/^✓ lateness_ms\.p50 < 100000: it is .* \(of 20 rows\)$/m);
});

test('a run with answers has response times only', async () => {
  const url = await httpServer((_, response) => void response.end());
  const result = await runIn(workloadOf([postTo(url)], { durationS: 0.2 }));
  const text = summaryText(result, { directory: 'd', verbose: false, durationS: 0.2 });
  expect(text).toMatch(/^function +n +not ok +response ms p50 +p90 +p99$/m);
  expect(text).not.toContain('acceptance');
});

test('names of functions cannot act on the terminal', async () => {
  const url = await httpServer((_, response) => void response.end());
  const result = await runIn(workloadOf([postTo(url)], { durationS: 0.2 }));
  for (const row of result.figures.functions) row.function = 'evil\u001b[2J\nnot ok';
  const text = summaryText(result, { directory: 'd\u0007', verbose: false, durationS: 0.2 });
  expect(text).toContain(String.raw`evil\u001b[2J\nnot ok`);
  // the line breaks between the lines, and no other control character
  expect(text.replaceAll('\n', '')).not.toMatch(/\p{Cc}/u);
});

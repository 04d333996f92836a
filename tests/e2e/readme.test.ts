import { cpSync, existsSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { packageRoot } from '../../common/package-root.js';
import { emptyFolder, runProgram } from '../support/programs.js';

const readme = readFileSync(join(packageRoot, 'README.md'), 'utf8');

/** The tour's commands with the output that stands below each; the last block leaves a platform running and is another test's. */
function tour(): { command: string[]; shown: string[] }[] {
  const blocks = [...readme.matchAll(/```console\n([^]*?)```/g)].map(([, text]) => text!);
  return blocks
    .filter((block) => !block.includes('faaslab platform'))
    .flatMap((block) => block.split(/^\$ /m).slice(1))
    .map((part) => {
      const [command, ...shown] = part.trimEnd().split('\n');
      return { command: command!.split(' '), shown };
    });
}

/** What stays the same from run to run: names and words, without figures. */
function wordsOf(line: string): string {
  return line.match(/[A-Za-z_]{3,}/g)?.join(' ') ?? '';
}

test('the tour does what the README shows', { timeout: 180_000 }, () => {
  const folder = emptyFolder();
  for (const name of ['WorkloadInvoker', 'WorkloadAnalyzer', 'ComparativeAnalyzer']) {
    symlinkSync(join(packageRoot, name), join(folder, name));
  }
  cpSync(join(packageRoot, 'configs'), join(folder, 'configs'), { recursive: true });
  const steps = tour();
  expect(steps.map(({ command }) => command[0])).toEqual([
    './WorkloadInvoker',
    './WorkloadAnalyzer',
    './WorkloadInvoker',
    './WorkloadAnalyzer',
    './ComparativeAnalyzer',
  ]);
  for (const { command, shown } of steps) {
    const [program, ...args] = command;
    const { status, stdout, stderr } = runProgram(program!, args, { cwd: folder, from: folder });
    // A busy machine makes a run late, and its verdict says so.
    expect([command.join(' '), [0, 3].includes(status!) ? '' : stderr]).toEqual([command.join(' '), '']);
    const printed = new Set(`${stdout}${stderr}`.split('\n').map(wordsOf));
    // Lines of a table's head, of the setting and of where things lie; verdicts and figures depend on the run.
    for (const line of shown.filter((text) => /^(function|ms |  config|the sides|init per)/.test(text))) {
      expect(printed).toContain(wordsOf(line));
    }
  }
});

test('every file and folder that the README names is there', () => {
  const links = [...readme.matchAll(/\]\(([^)]+)\)/g)].map(([, target]) => target!);
  const folders = [...readme.matchAll(/`([a-z]+\/)`/g)].map(([, name]) => name!);
  const generated = new Set(['plots/', 'monitors/']);
  expect(links.length + folders.length).toBeGreaterThan(15);
  for (const path of [...links, ...folders.filter((name) => !generated.has(name))]) {
    expect([path, existsSync(join(packageRoot, path))]).toEqual([path, true]);
  }
});

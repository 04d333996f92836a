import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import type { Analysis } from '../../analyzer/analysis.js';
import { packageRoot } from '../../common/package-root.js';
import { madeDatabase } from '../support/openwhisk-documents.js';
import { runOf } from '../support/openwhisk-run.js';
import { bareEnvironment, emptyFolder, platformForTest, runProgram } from '../support/programs.js';
import { pulledFrom, wholeOf } from '../support/pulled-rows.js';
import { optionalTool } from '../support/tools.js';

const hasTools = ['bash', 'curl', 'jq'].every((tool) => optionalTool(tool) !== undefined);

/** The commands that docs/openwhisk.md shows for taking documents from a database, as they stand there. */
const recipe = /```\n(\(umask 077;[^]*?)```/.exec(readFileSync(join(packageRoot, 'docs', 'openwhisk.md'), 'utf8'))![1]!;

test.skipIf(!hasTools)(
  'the documents taken with curl and jq, as the page shows it, are all that the analyzer needs',
  async () => {
    const made = madeDatabase({ documents: 3_000, tied: 1_200 });
    const cwd = emptyFolder();
    const state = join(cwd, 'state');
    mkdirSync(state);
    writeFileSync(join(state, 'activations.ndjson'), made.documents.map((one) => `${JSON.stringify(one)}\n`).join(''));
    const env = await platformForTest(cwd, ['--state', state]);
    const { directory } = await runOf(join(cwd, 'made'), made.invoked, made);
    cpSync(directory, join(cwd, 'runs', 'latest'), { recursive: true });

    const shell = await promisify(execFile)('bash', ['--norc', '-euo', 'pipefail', '-c', recipe], {
      cwd,
      env: bareEnvironment(cwd, env),
    });
    expect(shell).toEqual({ stdout: '', stderr: '' });
    expect(readdirSync(cwd).toSorted()).toEqual(['documents.ndjson', 'made', 'runs', 'state']);

    const ended = runProgram('WorkloadAnalyzer', ['--json', '--documents', 'documents.ndjson'], { cwd });
    expect([ended.status, ended.stderr]).toEqual([0, 'log: runs/latest/analyzer.log\n']);
    expect((JSON.parse(ended.stdout) as Analysis).records).toMatchObject({ source: 'documents', complete: true });
    expect(await pulledFrom(join(cwd, 'runs', 'latest'), made)).toEqual(wholeOf(made));
  },
);

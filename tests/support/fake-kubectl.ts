import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { onTestFinished, vi } from 'vitest';
import { packageRoot } from '../../common/package-root.js';
import { emptyFolder } from './programs.js';

export interface FakeAnswer {
  stdout?: string;
  stderr?: string;
  exit?: number;
  /** it does not end by itself */
  hangs?: boolean;
  /** nor when it is told to: it has to be killed */
  stubborn?: boolean;
}

export interface FakeKubectl {
  /** @param to `list`, `watch`, or the nth of them: `list.2` */
  answer(to: string, answer: FakeAnswer): void;
  /** An answer that the test prints piece by piece; it ends when the pipe is closed. */
  stream(to: string): () => Promise<FileHandle>;
  /** of the nth call, once it was made */
  called(call: string): Promise<{ args: string[]; pid: number }>;
  /** the calls so far, e.g. `list.1` */
  calls(): string[];
}

/** Puts the stand-in (tests/fixtures/kubernetes/kubectl) first on PATH until the end of the test. */
export function fakeKubectl(): FakeKubectl {
  const folder = emptyFolder();
  onTestFinished(() => void vi.unstubAllEnvs());
  vi.stubEnv('PATH', [join(packageRoot, 'tests', 'fixtures', 'kubernetes'), process.env['PATH']].join(delimiter));
  vi.stubEnv('FAKE_KUBECTL', folder);
  return {
    answer(to, { stdout = '', stderr, exit, hangs = false, stubborn = false }) {
      const path = join(folder, to);
      if (stderr !== undefined) writeFileSync(`${path}.stderr`, stderr);
      if (exit !== undefined) writeFileSync(`${path}.exit`, String(exit));
      if (hangs) writeFileSync(`${path}.hangs`, '');
      if (stubborn) writeFileSync(`${path}.stubborn`, '');
      writeFileSync(path, stdout);
    },
    stream(to) {
      const path = join(folder, to);
      spawnSync('mkfifo', [path]);
      // Opening waits until the other side has opened it.
      return () => open(path, 'w');
    },
    async called(call) {
      const at = join(folder, `${call}.call`);
      await vi.waitUntil(() => existsSync(join(at, 'pid')), { timeout: 50_000 });
      const args = readFileSync(join(at, 'arguments'), 'utf8').trimEnd().split('\n');
      return { args, pid: Number(readFileSync(join(at, 'pid'), 'utf8')) };
    },
    calls: () => readdirSync(folder).flatMap((name) => (name.endsWith('.call') ? [name.replace('.call', '')] : [])),
  };
}

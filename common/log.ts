import { appendFileSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import { plainText } from './plain-text.js';

type Level = 'DEBUG' | 'INFO' | 'WARNING' | 'ERROR';

/** A program's log: `time - name - LEVEL - message`, a line an event, whatever the message holds. Messages must hold no secret. */
export interface Log {
  info(message: string): void;
  warn(message: string): void;
  error(message: string): void;
  /** Also writes to this file from now on (the run directory is known only after the log began); earlier lines follow it there. */
  addFile(path: string): void;
}

export interface LogOptions {
  /** the program, as it stands in each line: `SWI`, `WA`, `CA` */
  name: string;
  /** the predecessor's file, e.g. `SWI.log`, written where the working directory has a `logs` folder */
  habitualFile?: string;
  /** where warnings and errors are shown to the person; default process.stderr */
  screen?: (line: string) => void;
}

/**
 * Opens a log. Warnings and errors also go to stderr, so that nobody has to look for them.
 * A log file that cannot be written is given up after one warning: a log never harms a run.
 */
export function openLog({ name, habitualFile, screen = (line) => process.stderr.write(`${line}\n`) }: LogOptions): Log {
  const files = new Set<string>();
  const earlier: string[] = [];
  if (habitualFile !== undefined && existsSync('logs')) files.add(join('logs', habitualFile));

  function append(path: string, text: string): void {
    try {
      appendFileSync(path, text);
    } catch (error) {
      files.delete(path);
      screen(`warning: no log is kept in ${path}: ${(error as Error).message}`);
    }
  }
  function write(level: Level, message: string): void {
    const line = `${new Date().toISOString()} - ${name} - ${level} - ${oneLine(message)}\n`;
    earlier.push(line);
    if (earlier.length > 1_000) earlier.shift();
    for (const path of files) append(path, line);
  }
  return {
    info: (message) => write('INFO', message),
    warn(message) {
      write('WARNING', message);
      screen(`warning: ${oneLine(message)}`);
    },
    error(message) {
      write('ERROR', message);
    },
    addFile(path) {
      files.add(path);
      append(path, earlier.join(''));
    },
  };
}

/** Log files are read on terminals too: nothing in a message acts on one, nor begins a line that looks like another event. */
function oneLine(message: string): string {
  return plainText(message.replaceAll('\n', ' '));
}

import { ConfigError } from '../common/errors.js';
import { plainText } from '../common/plain-text.js';

/** Where in a JSON document, from its root. */
export type JsonPath = readonly (string | number)[];

/** What is wrong with a config and what its user should know, collected so that all of it is told at once. */
export interface Findings {
  /** @param meant another place that this error explains, e.g. the right spelling of a wrong key */
  error(at: JsonPath, message: string, meant?: JsonPath): void;
  warn(at: JsonPath, message: string): void;
  /** whether an error was found at this place or below it: what follows from it needs no second error */
  concerns(at: JsonPath): boolean;
  readonly warnings: string[];
  /** @throws ConfigError with a line for each error, in the order in which they were found */
  throwErrors(): void;
}

/** @param file the config as the user named it: each line begins with it */
export function collectFindings(file: string): Findings {
  const errors: { at: JsonPath; message: string }[] = [];
  const explained: JsonPath[] = [];
  const warnings: string[] = [];
  return {
    warnings,
    error(at, message, meant) {
      errors.push({ at, message });
      explained.push(at, ...(meant === undefined ? [] : [meant]));
    },
    warn: (at, message) => void warnings.push(at.length === 0 ? message : `${pathText(at)}: ${message}`),
    concerns: (at) => explained.some((place) => at.every((step, i) => place[i] === step)),
    throwErrors() {
      if (errors.length === 0) return;
      throw new ConfigError(
        errors
          // Keys and values of the config may hold anything; a line a finding it is all the same.
          .map(({ at, message }) => plainText([file, ...(at.length === 0 ? [] : [pathText(at)]), message].join(': ')))
          .join('\n'),
      );
    },
  };
}

/** `instances.instance2.rate`, `instances["my function"].activity_window[0]` */
function pathText(path: JsonPath): string {
  let text = '';
  for (const step of path) {
    if (typeof step === 'string' && /^[\p{L}\p{N}_$-]+$/u.test(step)) text += text === '' ? step : `.${step}`;
    else text += `[${JSON.stringify(step)}]`;
  }
  return text;
}

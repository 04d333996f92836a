import { ConfigError } from '../../common/errors.js';

/**
 * Header values with each `${NAME}` replaced from the environment: done when requests are prepared and nowhere else, so
 * that no secret reaches a manifest.
 * @throws ConfigError if a variable is not set, or its value cannot stand in a header; the message never holds the value
 */
export function expandHeaders(headers: Record<string, string>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [
      name,
      value.replaceAll(/\$\{([A-Za-z_][A-Za-z0-9_]*)\}/g, (_, variable: string) => fromEnvironment(name, variable)),
    ]),
  );
}

function fromEnvironment(header: string, variable: string): string {
  const value = process.env[variable];
  if (value === undefined) {
    throw new ConfigError(`header ${header} needs the environment variable ${variable}, which is not set`);
  }
  // eslint-disable-next-line no-control-regex
  if (/[^\t\x20-\x7e\x80-\xff]/.test(value)) {
    throw new ConfigError(
      `header ${header}: the value of the environment variable ${variable} cannot stand in a header`,
    );
  }
  return value;
}

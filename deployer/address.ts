import { ConfigError } from '../common/errors.js';

/** Checks what `--endpoint-url` says. @throws ConfigError if it is no address, or holds a secret */
export function checkAddress(text: string): void {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || !/^https?:$/.test(url.protocol)) {
    throw new ConfigError('--endpoint-url: must be an http or https URL');
  }
  if (url.username !== '' || url.password !== '') {
    throw new ConfigError('--endpoint-url: must not hold a user or a key; they come from the environment');
  }
}

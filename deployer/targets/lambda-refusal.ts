import { PlatformError, systemErrorCode } from '../../common/errors.js';
import { refusalOf } from '../../platforms/lambda/refusal.js';

/** Asks Lambda; what it refuses comes as a PlatformError of one line. @param where how messages call the place */
export function askingAt(where: string) {
  return async <T>(what: string, attempt: () => Promise<T>): Promise<T> => {
    try {
      return await attempt();
    } catch (error) {
      throw error instanceof PlatformError ? error : refused(where, what, error);
    }
  };
}

/**
 * What Lambda, or the way to it, said against a call, as one line.
 * Of errors about the signature only the name is told: their messages repeat the request, and with it the session token.
 */
export function refused(where: string, what: string, error: unknown): PlatformError {
  const { name, status, hint } = refusalOf(error);
  if (status === null) {
    const code = systemErrorCode(error);
    if (code !== undefined && /CERT|SELF_SIGNED|UNABLE_TO_/.test(code)) {
      return new PlatformError(`${where}: its certificate cannot be verified (${code}); allow it with -i`);
    }
    const why = name === 'TimeoutError' ? `it did not ${what} in time` : `cannot be reached (${code ?? name})`;
    return new PlatformError(`${where}: ${why}; is it running, and are its address and Region right?`, {
      cause: error,
    });
  }
  if (hint !== undefined) return new PlatformError(`${where} ${hint}`);
  const said = /sign|token|credential/i.test(name) ? '' : `: ${oneLine((error as Error).message)}`;
  return new PlatformError(`${where} did not ${what} (${status} ${name})${said}`);
}

function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, ' ').trim().slice(0, 300);
}

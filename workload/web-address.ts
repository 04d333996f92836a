/** What may be known of a URL by anybody: where it leads. */
export interface WebAddress {
  /** without user info, query and fragment; empty if it is no URL */
  safe: string;
  /** what is wrong with it, never quoting it */
  fault?: string;
}

/** Takes from a URL what may hold a secret, and says what is wrong with it as the address of a request. */
export function withoutSecrets(url: string): WebAddress {
  let parsed: URL;
  try {
    parsed = new URL(url);
  } catch {
    return { safe: '', fault: 'must be an http or https URL' };
  }
  if (parsed.protocol !== 'http:' && parsed.protocol !== 'https:') {
    return { safe: '', fault: 'must be an http or https URL' };
  }
  const safe = `${parsed.origin}${parsed.pathname}`;
  if (parsed.username !== '' || parsed.password !== '') {
    return { safe, fault: `must hold no user name or password (${safe}); credentials come from the environment` };
  }
  return { safe };
}

/** Stands where a secret is not shown. */
export const HIDDEN = '(hidden)';

/**
 * Keys under which people put a secret, by their words: `DB_PASS`, `dbPassword`, `pwd`, `api-key`, `x_token`, `Authorization`. Keys
 * that only end like one (`bypass`, `author`, the `key` of an object in a bucket) are none.
 */
const SECRET_KEY = new RegExp(
  [
    'secret|token|credential|cookie|authori[sz]ation|passw|passphrase|passcode',
    String.raw`(?<!by|com|tres)pass$|pwd$`,
    '(?:^|_)(?:pass|pwd|pw|auth|jwt|bearer|otp)(?:_|$)',
    '(?:api|access|auth|private|ssh|signing|encryption|master|account|shared|function|functions)_?keys?$',
    'connection_?string',
  ].join('|'),
);

/** Whether a key says that its value is a secret. */
export function isSecretKey(key: string): boolean {
  const words = key.replaceAll(/([a-z0-9])([A-Z])/g, '$1_$2').replaceAll(/[^A-Za-z0-9]+/g, '_');
  return SECRET_KEY.test(words.toLowerCase());
}

/** What is a secret by its form, whatever key it stands under; what is kept of it as the replacement. */
const FORMS: readonly (readonly [RegExp, string])[] = [
  // Of an address what leads there stays, as in manifests: neither user info nor query nor fragment.
  [/\b([a-z][a-z0-9+.-]*:\/\/)[^\s/?#"'<>]*@/gi, `$1${HIDDEN}@`],
  [/\b([a-z][a-z0-9+.-]*:\/\/[^\s?#"'<>]*)[?#][^\s"'<>]+/gi, `$1?${HIDDEN}`],
  // user:password@host without a scheme; an image's digest (name:tag@sha256:…) is none
  [/(?<![\w/:@.+-])[\w.+-]+:[^\s:@/"']+@(?!sha\d+:)(?=[\w[])/g, `${HIDDEN}@`],
  [/-----BEGIN [A-Z ]*PRIVATE KEY-----(?:[\s\S]*?-----END [A-Z ]*PRIVATE KEY-----|[\s\S]*)/g, HIDDEN],
  [/\b(bearer)\s+[^\s"',;]+/gi, `$1 ${HIDDEN}`],
  [/\b(basic)\s+(?=[A-Za-z]*[\d+/=])[A-Za-z0-9+/]{6,}={0,2}/gi, `$1 ${HIDDEN}`],
  // GitHub, GitLab, Slack, AWS, Google, Stripe and the like, npm, Hugging Face; JSON in base64 (JWT)
  [/\b(?:gh[a-z]_|github_pat_|glpat-|xox[a-z]-|sk[-_]|npm_|hf_|AIza)[\w-]{10,}/g, HIDDEN],
  [/\b(?:AKIA|ASIA|ABIA|ACCA)[0-9A-Z]{8,}/g, HIDDEN],
  [/\beyJ[\w-]{6,}(?:\.[\w-]*){0,2}/g, HIDDEN],
  // OpenWhisk's own: a UUID and its key
  [/\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}:\w{16,}/gi, HIDDEN],
];

/** `password=x`, `"apiKey": "x"`, `--token x`: a key within a text, up to where its value begins. */
const KEY = /(?<![\w-])(?:--?)?([A-Za-z][\w-]*)(?:["']?\s*[=:]\s*["']?|(?<=--[\w-]+)\s+)/g;
const VALUE = /[^\s"'&,;}\])]+/y;

/** A text without what is secret in it by its form, or by the key that stands before it. */
export function hideSecrets(text: string): string {
  return hideValues(FORMS.reduce((so, [form, kept]) => so.replaceAll(form, kept), text));
}

function hideValues(text: string): string {
  let hidden = '';
  let at = 0;
  for (const { 0: whole, 1: key, index } of text.matchAll(KEY)) {
    if (index < at || !isSecretKey(key!)) continue;
    VALUE.lastIndex = index + whole.length;
    const value = VALUE.exec(text)?.[0];
    if (value === undefined || text.startsWith(HIDDEN, index + whole.length)) continue;
    hidden += `${text.slice(at, index + whole.length)}${HIDDEN}`;
    at = VALUE.lastIndex;
  }
  return hidden + text.slice(at);
}

/** Names and paths of a user stand there as keys, and say nothing of what is below them. */
const KEYED_BY_NAME = new Set(['instances', 'files']);

/** Whether what stands under a key is secret: by the key, unless keys are names there. */
export function isSecretBelow(key: string, parent: string | null): boolean {
  return isSecretKey(key) && !(parent !== null && KEYED_BY_NAME.has(parent));
}

/** A JSON value in which secrets are hidden, by their key (with all below it) or their form; true, false and null stay. */
export function withoutSecretsIn(value: unknown, secret = false, parent: string | null = null): unknown {
  if (Array.isArray(value)) return value.map((entry) => withoutSecretsIn(entry, secret, parent));
  if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value).map(([key, inner]) => {
      const below = secret || isSecretBelow(key, parent);
      return [key, withoutSecretsIn(inner, below, key)] as const;
    });
    return Object.fromEntries(entries);
  }
  if (typeof value === 'string') return secret && value !== '' ? HIDDEN : hideSecrets(value);
  return secret && typeof value === 'number' ? HIDDEN : value;
}

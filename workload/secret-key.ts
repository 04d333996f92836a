import { isSecretKey } from '../common/secrets.js';
import type { JsonPath } from './findings.js';

/** Keys under which people put the place of a secret, or in a config of this kind nothing but one. */
const PLACE = /identity|key_?file|\.pem$|^key$/i;

/** Where to put what somebody wanted to put under an unknown key; null where it names no secret. */
export function secretAdvice(at: JsonPath, key: string): string | null {
  if (!isSecretKey(key) && !PLACE.test(key)) return null;
  return `no secret belongs in a config: ${whereItBelongs(at)}`;
}

function whereItBelongs(at: JsonPath): string {
  if (at[0] !== 'perf_monitoring') return 'credentials come from the environment, .wskprops or the AWS chain';
  if (at[1] === 'kubernetes') return 'kubectl takes its own from the kubeconfig';
  return 'ssh takes its keys from ssh-agent and ~/.ssh/config';
}

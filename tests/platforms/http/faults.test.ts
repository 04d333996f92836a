import { expect, test } from 'vitest';
import { faultOf } from '../../../platforms/http/faults.js';

const withCode = (code: string): Error => Object.assign(new Error(code), { code });

test.each([
  ['ECONNREFUSED', 'refused'],
  ['EHOSTUNREACH', 'refused'],
  ['EPERM', 'refused'],
  ['ECONNRESET', 'reset'],
  ['EPIPE', 'reset'],
  ['ETIMEDOUT', 'timeout'],
  ['ENOTFOUND', 'dns'],
  ['EAI_AGAIN', 'dns'],
  ['EAI_MEMORY', 'dns'],
  ['EMFILE', 'no_socket'],
  ['EADDRNOTAVAIL', 'no_socket'],
  ['CERT_HAS_EXPIRED', 'tls'],
  ['CERT_NOT_YET_VALID', 'tls'],
  ['DEPTH_ZERO_SELF_SIGNED_CERT', 'tls'],
  ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'tls'],
  ['UNABLE_TO_DECODE_ISSUER_PUBLIC_KEY', 'tls'],
  ['ERROR_IN_CERT_NOT_AFTER_FIELD', 'tls'],
  ['INVALID_PURPOSE', 'tls'],
  ['PATH_LENGTH_EXCEEDED', 'tls'],
  ['ERR_TLS_CERT_ALTNAME_INVALID', 'tls'],
  ['ERR_SSL_WRONG_VERSION_NUMBER', 'tls'],
  ['ERR_OSSL_UNSUPPORTED', 'tls'],
  ['EPROTO', 'tls'],
  ['EWHATEVER', 'protocol'],
])('%s is %s', (code, fault) => {
  expect(faultOf(withCode(code))).toBe(fault);
  expect(faultOf(new Error('outside', { cause: withCode(code) }))).toBe(fault);
});

test('of a host with several addresses the last one tried counts', () => {
  expect(faultOf(new AggregateError([withCode('ETIMEDOUT'), withCode('ECONNREFUSED')]))).toBe('refused');
});

test('an error without a code was no HTTP', () => {
  expect(faultOf(new Error('what'))).toBe('protocol');
});

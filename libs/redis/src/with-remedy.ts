import type { RedisTls } from '@signalbox/config';

const UNKNOWN_SIGNER =
  'nobody whom we trust signed its certificate: name the file of its CA in REDIS_URL (?caFile=/path/ca.pem)';

/** By the code of the error. */
const BY_CODE: Readonly<Record<string, string>> = {
  DEPTH_ZERO_SELF_SIGNED_CERT: UNKNOWN_SIGNER,
  SELF_SIGNED_CERT_IN_CHAIN: UNKNOWN_SIGNER,
  UNABLE_TO_GET_ISSUER_CERT: UNKNOWN_SIGNER,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: UNKNOWN_SIGNER,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: UNKNOWN_SIGNER,
  CERT_SIGNATURE_FAILURE: UNKNOWN_SIGNER,
  CERT_HAS_EXPIRED: 'its certificate is too old: renew it there',
  ERR_TLS_CERT_ALTNAME_INVALID:
    'its certificate is for another name: connect to that name, or say in REDIS_URL which it must have (&serverName=)',
  ERR_SSL_WRONG_VERSION_NUMBER: 'it speaks no TLS there: use its TLS port, or redis:// in REDIS_URL',
  EPROTO: 'it speaks no TLS there: use its TLS port, or redis:// in REDIS_URL',
};

const OUR_CERTIFICATE =
  'it may ask for a certificate of ours: name it in REDIS_URL (&certFile=&keyFile=), or set tls-auth-clients no there';

/** Of one who asks for our certificate and gets none. What it says of that may come, or the end of the connection before. */
const WITHOUT_OUR_CERTIFICATE: ReadonlySet<string | undefined> = new Set([
  'ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED',
  'ECONNRESET',
  'EPIPE',
]);

/** By how the message begins. */
const BY_MESSAGE: readonly (readonly [RegExp, string])[] = [
  [/^NOAUTH|^WRONGPASS|invalid username-password/, 'correct user and password in REDIS_URL'],
  [/^NOPERM/, 'allow the user of REDIS_URL the commands of docs/redis.md'],
];

/** The error with what to do about it, where that is known, in its message. */
export function withRemedy(error: Error, tls: RedisTls | undefined): Error {
  const { code } = error as NodeJS.ErrnoException;
  const remedy =
    (tls !== undefined && tls.certFile === undefined && WITHOUT_OUR_CERTIFICATE.has(code)
      ? OUR_CERTIFICATE
      : undefined) ??
    (code === undefined ? undefined : BY_CODE[code]) ??
    BY_MESSAGE.find(([begin]) => begin.test(error.message))?.[1];
  return remedy === undefined
    ? error
    : Object.assign(new Error(`${error.message}; ${remedy}`, { cause: error }), { code });
}

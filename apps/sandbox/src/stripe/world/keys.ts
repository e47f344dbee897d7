import { Refused } from '../wire/refused.js';

/** `secret` and `restricted` keys may do everything here; a `publishable` one what an app on a phone may. */
export interface ApiKey {
  readonly kind: 'publishable' | 'restricted' | 'secret';
  /** What follows `sk_test_`. */
  readonly secret: string;
}

const KINDS = { pk: 'publishable', rk: 'restricted', sk: 'secret' } as const;

/** Reads `Authorization`: Bearer, or Basic with the key for a user name. @throws Refused with 401 */
export function readApiKey(authorization: string | undefined): ApiKey {
  const key = keyIn(authorization);
  if (key === undefined)
    throw unauthorized(
      "You did not provide an API key. You need to provide your API key in the Authorization header, using Bearer auth (e.g. 'Authorization: Bearer YOUR_SECRET_KEY').",
    );
  const parsed = parseApiKey(key);
  if (!parsed) throw unauthorized(`Invalid API Key provided: ${masked(key)}`);
  return parsed;
}

/** Absent for anything but a test key: a live key must never be sent to a sandbox. */
export function parseApiKey(key: string): ApiKey | undefined {
  const [, prefix, secret] = /^(pk|rk|sk)_test_([A-Za-z0-9_]{1,200})$/.exec(key) ?? [];
  return prefix === undefined || secret === undefined
    ? undefined
    : { kind: KINDS[prefix as keyof typeof KINDS], secret };
}

function keyIn(authorization: string | undefined): string | undefined {
  const [, scheme = '', value = ''] = /^(\S+) +(\S+)$/.exec(authorization ?? '') ?? [];
  if (scheme.toLowerCase() === 'bearer') return value;
  if (scheme.toLowerCase() !== 'basic') return undefined;
  const [user] = Buffer.from(value, 'base64').toString().split(':');
  return user === '' ? undefined : user;
}

function masked(key: string): string {
  return key.length > 12 ? `${key.slice(0, 8)}${'*'.repeat(key.length - 12)}${key.slice(-4)}` : '****';
}

function unauthorized(message: string): Refused {
  return new Refused(401, { type: 'invalid_request_error', message });
}

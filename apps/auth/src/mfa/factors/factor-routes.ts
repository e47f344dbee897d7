import { allow } from '@signalbox/http';

/** Seconds since the sign-in. Short: whoever finds a phone unlocked must not make it his own. */
const LATELY = 10 * 60;

/** What sets up or takes away a factor: a fresh sign-in, and with a second factor by whoever has one (ASVS 5.0, 7.5.1). */
export const CHANGES_FACTORS = allow.recentUser('account:manage', {
  acr: '2fa-if-enrolled',
  maxAgeSeconds: LATELY,
});

export const TAGS = ['second factors'];
export const NO_STORE = ['cache-control', 'no-store'] as const;
export const SIGN_IN_AGAIN = {
  description: 'Sign in again, or with a second factor: `WWW-Authenticate` says which (RFC 9470)',
};

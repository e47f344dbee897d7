import { shownAddress } from '../providers/apple.js';
import type { Claims } from '../tokens/twists.js';
import type { SecurityEvent } from './security-event.js';

/** `account-delete` is what `account-deleted` was called before. */
export const APPLE_EVENTS = [
  'account-delete',
  'account-deleted',
  'consent-revoked',
  'email-disabled',
  'email-enabled',
] as const;
const DAY = 86_400;

/**
 * The claims of a server-to-server notification, whose `events` is JSON in a string:
 * https://developer.apple.com/documentation/signinwithapple/processing-changes-for-sign-in-with-apple-accounts
 */
export function appleEvent({ type, sub, person, jti, at }: SecurityEvent, issuer: string, clientId: string): Claims {
  const iat = Math.floor(at / 1000);
  const about = type.startsWith('email-') && person;
  const event = {
    ...{ type, sub, event_time: at },
    ...(about && { email: shownAddress(about), is_private_email: String(about.privateRelay) }),
  };
  return { iss: issuer, aud: clientId, iat, exp: iat + DAY, jti, events: JSON.stringify(event) };
}

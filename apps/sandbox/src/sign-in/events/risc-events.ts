import type { Claims } from '../tokens/twists.js';
import type { SecurityEvent } from './security-event.js';

const RISC = 'https://schemas.openid.net/secevent/risc/event-type';
const OAUTH = 'https://schemas.openid.net/secevent/oauth/event-type';
const URIS = {
  'account-credential-change-required': RISC,
  'account-disabled': RISC,
  'account-enabled': RISC,
  'sessions-revoked': RISC,
  'tokens-revoked': OAUTH,
  verification: RISC,
};
export const RISC_EVENTS = Object.keys(URIS) as [keyof typeof URIS];

/**
 * The claims of a security event token (RFC 8417), which never expires:
 * https://developers.google.com/identity/protocols/risc. A verification has a `state` instead of a subject.
 */
export function riscEvent({ type, sub, reason, jti, at }: SecurityEvent, issuer: string, clientId: string): Claims {
  const uri = `${URIS[type as keyof typeof URIS]}/${type}`;
  const subject = { subject: { subject_type: 'iss-sub', iss: issuer, sub } };
  const told = type === 'verification' ? { state: reason ?? '' } : { ...subject, ...(reason && { reason }) };
  return { iss: issuer, aud: clientId, iat: Math.floor(at / 1000), jti, events: { [uri]: told } };
}

import { createPrivateKey } from 'node:crypto';
import { SignJWT } from 'jose';
import type { AppleConfig } from '../providers/provider-config.js';

/** Apple takes half a year; one that leaks out of a log is worth nothing after this. */
const LIFE = '5m';
const AUDIENCE = 'https://appleid.apple.com';

/** Apple's client secret: signed anew for every call, for the one client that makes it. */
export function appleClientSecret({ teamId, keyId, privateKey }: AppleConfig, clientId: string): Promise<string> {
  return new SignJWT()
    .setProtectedHeader({ alg: 'ES256', kid: keyId })
    .setIssuer(teamId)
    .setSubject(clientId)
    .setAudience(AUDIENCE)
    .setIssuedAt()
    .setExpirationTime(LIFE)
    .sign(createPrivateKey({ key: privateKey, format: 'pem' }));
}

import { describe, expect, it } from '@jest/globals';
import type { SignInProvider } from '../providers/sign-in-provider.js';
import { provenIdentity } from './proven-identity.js';

const google = { name: 'google', config: { kind: 'google' }, metadata: { issuer: 'https://accounts.google.com' } };

const isVerified = (email: string, more: object): boolean =>
  provenIdentity(
    google as unknown as SignInProvider,
    'client',
    { iss: '', sub: 'ann', aud: 'client', email, email_verified: true, is_private_email: false, ...more },
    {},
  ).emailVerified;

describe('what Google says of an address', () => {
  it('is believed of its own addresses and of organisations that it serves', () => {
    expect(isVerified('ann@gmail.com', {})).toBe(true);
    expect(isVerified('ann@corp.example', { hd: 'corp.example' })).toBe(true);
  });

  it('check 14: is not believed of an address that was proven to it once, and may be somebody else by now', () => {
    expect(isVerified('ann@corp.example', {})).toBe(false);
    expect(isVerified('ann@notgmail.com', {})).toBe(false);
  });
});

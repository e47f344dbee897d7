import { Secret, TOTP } from 'otpauth';

/** Seconds that a code is shown for, as every generator assumes. */
const PERIOD = 30;
/** Steps before and after the present one that are tried too: the clock of a phone is rarely further off. */
const WINDOW = 1;
/** 160 bits, as long as the hash (RFC 4226 section 4). */
const SEED_BYTES = 20;
// Generators ignore what else `otpauth:` URLs can say.
const FORM = { algorithm: 'SHA1', digits: 6, period: PERIOD } as const;

/** A new seed, in base32. */
export function newSeed(): string {
  return new Secret({ size: SEED_BYTES }).base32;
}

/** The `otpauth:` URL by which a generator takes a seed on. @param account which of its accounts this is, for the user to read. */
export function seedUrl(seed: string, issuer: string, account: string): string {
  // A colon ends the issuer's name within the label.
  const named = { issuer: issuer.replaceAll(':', ' '), label: account.replaceAll(':', ' ') };
  return new TOTP({ ...FORM, ...named, secret: Secret.fromBase32(seed) }).toString();
}

/** The step (30 seconds, counted from 1970) whose code this is, or undefined. @param now milliseconds */
export function stepOf(seed: string, code: string, now: number): number | undefined {
  // The library compares bytes, and throws at a letter that has more than one of them.
  if (!/^\d{6}$/.test(code)) return undefined;
  const found = TOTP.validate({
    ...FORM,
    secret: Secret.fromBase32(seed),
    token: code,
    timestamp: now,
    window: WINDOW,
  });
  return found === null ? undefined : TOTP.counter({ period: PERIOD, timestamp: now }) + found;
}

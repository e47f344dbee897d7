import { createHmac, timingSafeEqual, type KeyObject } from 'node:crypto';
import type { Uuid } from '@signalbox/contracts';
import { type HeaderRefusal, readSignatureHeader, type SignatureHeader } from './signature-header.js';

/** Seconds that a signature may be old, or ahead of our clock: what Stripe recommends, and in both directions. */
export const TOLERANCE_SECONDS = 300;

/** A secret that Stripe signs with, and when it counts. */
export interface SigningSecret {
  readonly id: Uuid;
  /** Of the whole text, `whsec_` and all: that is Stripe's key. */
  readonly key: KeyObject;
  readonly notBefore: Date;
  /** Null: without an end. */
  readonly notAfter: Date | null;
}

/** Why a body was not proven to come from Stripe. */
export type SignatureRefusal =
  | HeaderRefusal
  /** Seconds: positive for a signature that is too old, negative for one of the future. */
  | { readonly kind: 'outside_tolerance'; readonly age: number }
  | { readonly kind: 'no_match' };

export type Verdict = { readonly kind: 'genuine'; readonly secret: SigningSecret } | SignatureRefusal;

/** Whether one of `secrets` that count at `now` signed exactly these bytes, no longer ago than is allowed. */
export function verifySignature(
  header: string | undefined,
  body: Buffer,
  secrets: readonly SigningSecret[],
  now: Date,
): Verdict {
  const read = readFreshHeader(header, now);
  if (read.kind !== 'header') return read;
  const secret = whoSigned(read, body, secrets, now);
  return secret === undefined ? { kind: 'no_match' } : { kind: 'genuine', secret };
}

/** All that can be said without the body. */
export function readFreshHeader(header: string | undefined, now: Date): SignatureHeader | SignatureRefusal {
  const read = readSignatureHeader(header);
  if (read.kind !== 'header') return read;
  const age = Math.floor(now.getTime() / 1_000) - read.timestamp;
  return Math.abs(age) > TOLERANCE_SECONDS ? { kind: 'outside_tolerance', age } : read;
}

/** The secret that counts at `now` and fits; which one fits takes the same time to find as that none does. */
export function whoSigned(
  { timestamp, candidates }: SignatureHeader,
  body: Buffer,
  secrets: readonly SigningSecret[],
  now: Date,
): SigningSecret | undefined {
  let found: SigningSecret | undefined;
  for (const secret of secrets) {
    if (!countsAt(secret, now)) continue;
    if (fits(candidates, macOf(secret.key, timestamp, body))) found = secret;
  }
  return found;
}

export function countsAt({ notBefore, notAfter }: SigningSecret, now: Date): boolean {
  return notBefore <= now && (notAfter === null || now < notAfter);
}

/** https://docs.stripe.com/webhooks#verify-manually: the time, a full stop, the body as it was sent. */
export function macOf(key: KeyObject, timestamp: number, body: Buffer): Buffer {
  return createHmac('sha256', key).update(`${timestamp}.`).update(body).digest();
}

export function fits(candidates: readonly Buffer[], mac: Buffer): boolean {
  let fitting = false;
  for (const candidate of candidates) fitting = timingSafeEqual(candidate, mac) || fitting;
  return fitting;
}

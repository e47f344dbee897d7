import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

/** A session lasts a working day; then the operator signs in again. Milliseconds. */
export const SESSION_LIFETIME = 12 * 3_600_000;

/**
 * Sessions that need no store: `<expiry>.<random id>.<HMAC-SHA256 of both>`. Signing out is remembered by this process
 * until the session would have ended anyway.
 */
export class Sessions {
  private readonly ended = new Map<string, number>();

  constructor(
    private readonly key: Buffer,
    private readonly now: () => number = Date.now,
  ) {}

  /** A new session, as the value of its cookie. */
  open(): string {
    const claim = `${(this.now() + SESSION_LIFETIME).toString(36)}.${randomBytes(16).toString('base64url')}`;
    return `${claim}.${this.signatureOf(claim)}`;
  }

  isOpen(session: string | undefined): boolean {
    return session !== undefined && this.expiryOf(session) > this.now() && !this.ended.has(session);
  }

  end(session: string): void {
    const expiry = this.expiryOf(session);
    for (const [old, until] of this.ended) if (until <= this.now()) this.ended.delete(old);
    if (expiry > this.now()) this.ended.set(session, expiry);
  }

  /** Milliseconds since 1970; 0 for anything that this key did not sign. */
  private expiryOf(session: string): number {
    const [expiry = '', id = '', signature = '', ...rest] = session.split('.');
    const expected = Buffer.from(this.signatureOf(`${expiry}.${id}`));
    const given = Buffer.from(signature);
    const signed = rest.length === 0 && given.length === expected.length && timingSafeEqual(given, expected);
    return signed ? Number.parseInt(expiry, 36) : 0;
  }

  private signatureOf(claim: string): string {
    return createHmac('sha256', this.key).update(claim).digest('base64url');
  }
}

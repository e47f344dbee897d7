import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';

/** A session lasts a working day; then the operator signs in again. Milliseconds. */
export const SESSION_LIFETIME = 12 * 3_600_000;

/** Whose a session is: of whoever had the operator password, or of a user of the auth service (`usr_...`) in a session there (`ses_...`). */
const holder = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('break_glass') }),
  z.strictObject({ kind: z.literal('user'), userId: z.string(), sessionId: z.string() }),
]);
export type SessionHolder = z.output<typeof holder>;

const claims = z.strictObject({ expiresAt: z.int(), id: z.string(), holder });

/**
 * Sessions that need no store: `<claims>.<HMAC-SHA256 of them>`. Signing out is remembered by this process until the session would have
 * ended anyway.
 */
export class Sessions {
  private readonly ended = new Map<string, number>();

  constructor(
    private readonly key: Buffer,
    private readonly now: () => number = Date.now,
  ) {}

  /** A new session, as the value of its cookie. */
  open(of: SessionHolder): string {
    const content = { expiresAt: this.now() + SESSION_LIFETIME, id: randomBytes(16).toString('base64url'), holder: of };
    const text = Buffer.from(JSON.stringify(content)).toString('base64url');
    return `${text}.${this.signatureOf(text)}`;
  }

  /** Whose it is, as long as it is open. */
  holderOf(session: string | undefined): SessionHolder | undefined {
    const read = session === undefined || this.ended.has(session) ? undefined : this.read(session);
    return read !== undefined && read.expiresAt > this.now() ? read.holder : undefined;
  }

  end(session: string): void {
    const expiresAt = this.read(session)?.expiresAt ?? 0;
    for (const [old, until] of this.ended) if (until <= this.now()) this.ended.delete(old);
    if (expiresAt > this.now()) this.ended.set(session, expiresAt);
  }

  /** What proves that a request comes from a page that was made for this very session: its forms carry it. */
  formToken(session: string): string {
    return createHmac('sha256', this.key).update(`form ${session}`).digest('base64url');
  }

  /** Undefined for anything that this key did not sign. */
  private read(session: string): z.output<typeof claims> | undefined {
    const [text = '', signature = '', ...rest] = session.split('.');
    const expected = Buffer.from(this.signatureOf(text));
    const given = Buffer.from(signature);
    const signed = rest.length === 0 && given.length === expected.length && timingSafeEqual(given, expected);
    return signed ? claims.parse(JSON.parse(Buffer.from(text, 'base64url').toString('utf8'))) : undefined;
  }

  private signatureOf(text: string): string {
    return createHmac('sha256', this.key).update(text).digest('base64url');
  }
}

import { createHash, randomBytes } from 'node:crypto';
import type { Uuid } from '@signalbox/contracts';
import type { Sql } from '@signalbox/database';
import { MAIL_LIFETIME } from '../mail/mails.js';
import type { EmailAddress } from './email-address.js';
import { INSERT_TOKEN, READ_TOKEN, USE_TOKEN, VOID_TOKENS } from './one-time-token.queries.js';

/** What a token proves that its user may do: confirm their address, take another, have the one before back, choose a new password, go on signing in. */
export type TokenPurpose = 'verify_email' | 'change_email' | 'undo_email' | 'recover' | 'sign_in';

/** What a token says of itself. */
export interface TokenClaims {
  readonly appId: Uuid;
  readonly userId: Uuid;
  readonly purpose: TokenPurpose;
  /** The address that it was sent to: it proves that one and no other, whatever the user's is by now. */
  readonly emailKey: string;
  /** Of `change_email` and `undo_email`: the address to be. */
  readonly email: string | null;
  /** Of `change_email`: the session in which it was asked for. */
  readonly sessionId: Uuid | null;
}

/** Why a token is not taken: it never was one, it was taken before, its time is over. */
export type TokenRefusal = 'unknown' | 'used' | 'expired';

/** What links are for; a code is not one (mail-codes.ts). */
type LinkPurpose = Exclude<TokenPurpose, 'sign_in'>;

export interface NewToken {
  readonly appId: Uuid;
  readonly userId: Uuid;
  readonly purpose: LinkPurpose;
  readonly email: EmailAddress;
  readonly sessionId?: Uuid | undefined;
}

const BYTES = 32;
/** Seconds: a token lives as long as the mail that brings it. */
const LIFETIME: Readonly<Record<LinkPurpose, number>> = {
  verify_email: MAIL_LIFETIME.verification,
  change_email: MAIL_LIFETIME.email_change,
  undo_email: MAIL_LIFETIME.email_changed,
  recover: MAIL_LIFETIME.recovery,
};

/** Makes a token. The answer is for the mail alone: the database keeps a hash. */
export async function issueToken(tx: Sql, { appId, userId, purpose, email, sessionId }: NewToken): Promise<string> {
  const token = randomBytes(BYTES).toString('base64url');
  const address = purpose === 'change_email' || purpose === 'undo_email' ? email.address : null;
  const values = [hashOf(token), appId, userId, purpose, email.key, address, LIFETIME[purpose], sessionId ?? null];
  await tx.query(INSERT_TOKEN, values);
  return token;
}

/** What a token is, without using it: mail scanners open links, so a page asks first and acts when somebody presses. */
export async function readToken(
  sql: Sql,
  token: string,
): Promise<(TokenClaims & { readonly state: 'good' | 'used' | 'expired' }) | undefined> {
  const { rows } = await sql.query<TokenClaims & { state: 'good' | 'used' | 'expired' }>(READ_TOKEN, [hashOf(token)]);
  return rows[0];
}

/** Takes a token, once. Undone if the caller's transaction is. */
export async function useToken(
  tx: Sql,
  token: string,
  purposes: readonly TokenPurpose[],
): Promise<TokenClaims | TokenRefusal> {
  const { rows } = await tx.query<TokenClaims>(USE_TOKEN, [hashOf(token), purposes]);
  return rows[0] ?? refusalOf(await readToken(tx, token), purposes);
}

/** Voids what was sent to a user before. */
export async function voidTokens(tx: Sql, userId: Uuid, purposes: readonly TokenPurpose[]): Promise<void> {
  await tx.query(VOID_TOKENS, [userId, purposes]);
}

/** Why a token would not be taken for one of these purposes. A token for another purpose is none. */
export function refusalOf(
  token: Awaited<ReturnType<typeof readToken>>,
  purposes: readonly TokenPurpose[],
): TokenRefusal {
  if (token === undefined || !purposes.includes(token.purpose)) return 'unknown';
  // Good a moment ago, and not taken: somebody else was quicker.
  return token.state === 'expired' ? 'expired' : 'used';
}

const hashOf = (token: string): Buffer => createHash('sha256').update(token).digest();

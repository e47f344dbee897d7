/** What is refused: the tokens of one session, of one user, of one client, or those that an API key was exchanged for. */
export type RevocationKind = 'sid' | 'sub' | 'client' | 'key';

/** One reason to refuse tokens whose signature is good. */
export interface Revocation {
  readonly kind: RevocationKind;
  /** `ses_...`, `usr_...`, `cli_...` or `key_...`. */
  readonly value: string;
  /** Tokens that were issued before it, in seconds since 1970; absent: all. */
  readonly before?: number | undefined;
  /** When no token can be alive that it is about, in milliseconds since 1970. */
  readonly expiresAt: number;
  /** When it was written down, in milliseconds since 1970. */
  readonly writtenAt: number;
}

/** By what a token can be revoked. */
export interface Revocable {
  readonly sid?: string | undefined;
  readonly sub: string;
  readonly clientId: string;
  /** Seconds since 1970, whole ones: a token of the second in which `before` lies counts as issued before it. */
  readonly issuedAt: number;
}

/** Every pair of kind and value that would revoke the token. */
export function namesOf({ sid, sub, clientId }: Revocable): readonly (readonly [RevocationKind, string])[] {
  return [...(sid === undefined ? [] : [['sid', sid] as const]), ['sub', sub], ['client', clientId], ['key', clientId]];
}

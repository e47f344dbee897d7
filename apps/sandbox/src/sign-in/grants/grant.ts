/** What somebody has allowed a client, from the code to the tokens. */
export interface Grant {
  readonly sub: string;
  /** Who may exchange it. */
  readonly clientId: string;
  /** Who asked for it: the same, or the part of the app on the phone. */
  readonly askedBy: string;
  readonly scopes: readonly string[];
  readonly nonce: string | undefined;
  /** Seconds since 1970. */
  readonly authTime: number;
  /** Absent: it came from an SDK on a phone, where nothing is redirected. */
  readonly redirectUri: string | undefined;
  readonly challenge: Challenge | undefined;
  /** A refresh token is given with it. */
  readonly offline: boolean;
  /** Apple's guess whether a native sign-in is a person's, from 0 to 2; told the first time only. */
  readonly realUserStatus?: number | undefined;
}

/** PKCE (RFC 7636). */
export interface Challenge {
  readonly method: string;
  readonly value: string;
}

/** What a provider tells of somebody's account. */
export type NoticeKind =
  /** The user took back over there what it let us do. */
  | 'consent_revoked'
  | 'account_deleted'
  | 'sessions_revoked'
  | 'tokens_revoked'
  | 'account_disabled'
  /** Somebody else had it in their hands. */
  | 'account_hijacked'
  | 'account_enabled'
  /** Nothing that changes anything here: a forwarding address, a test, or what is not known yet. */
  | 'other';

/** One notice, proven to come from the provider and to be meant for us. */
export interface ProviderNotice {
  readonly jti: string;
  readonly kind: NoticeKind;
  /** Whom it is about; absent where it is about nobody. */
  readonly subject: string | undefined;
}

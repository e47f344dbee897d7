import type { UserRow } from '../users/user-row.js';

export interface SignedIn extends Pick<UserRow, 'signed_out_at' | 'email' | 'email_verified_at'> {
  /** Another one with each new password. */
  readonly password_version: string | null;
}

/** A user who may sign in; whoever signs it out everywhere waits for the session that begins now, or is waited for. Uses auth_user_pkey. */
export const HOLD_SIGNED_IN = `
  SELECT signed_out_at, email, email_verified_at, password_changed_at::text AS password_version
    FROM auth_user WHERE id = $1 AND status = 'active' FOR SHARE`;

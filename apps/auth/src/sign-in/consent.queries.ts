import type { UserRow } from '../users/user-row.js';

export type SignedIn = Pick<UserRow, 'signed_out_at' | 'email' | 'email_verified_at'>;

/** A user who may sign in; whoever signs it out everywhere waits for the session that begins now, or is waited for. Uses auth_user_pkey. */
export const HOLD_SIGNED_IN = `
  SELECT signed_out_at, email, email_verified_at FROM auth_user WHERE id = $1 AND status = 'active' FOR SHARE`;

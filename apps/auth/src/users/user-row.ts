import type { Uuid } from '@signalbox/contracts';

/** What of a user tokens and pages need. */
export interface UserRow {
  readonly id: Uuid;
  readonly app_id: Uuid;
  readonly email: string | null;
  readonly email_verified_at: Date | null;
  readonly name: string | null;
  readonly locale: string | null;
  /** Browsers that signed in before this are signed in no longer. */
  readonly signed_out_at: Date | null;
  readonly status: 'active' | 'disabled' | 'erasing';
}

import type { Uuid } from '@signalbox/contracts';
import { WorkStore } from '@signalbox/queues';

/** The work rows of the auth service. */
export const authWork = new WorkStore('auth_work');

/** Item of the mail queue. */
export interface MailItem {
  /** The mail. */
  readonly m: Uuid;
}

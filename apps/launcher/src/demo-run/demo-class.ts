import type { NotificationRequestInput } from '@signalbox/server';
import type { SandboxPhone } from '../demo/sandbox-phone.js';

/** How a delivery may end, or the notification itself when it had no delivery. */
export type End = 'sent' | 'gone' | 'suspect' | 'rejected' | 'expired' | 'dead' | 'undeliverable';

/** What the run shall show for a class. It is compared with what was read back, and shown only where that differs. */
export interface Expectation {
  readonly end: End;
  /** It took more than one attempt. */
  readonly retried?: true;
  /** How the recorded reason begins. */
  readonly reason?: string;
  /** What became of the registration of the phone. */
  readonly phone?: 'deleted' | 'set aside';
}

/** Notifications that go to users with the same phones, and so should fare the same. */
export interface DemoClass {
  /** Who gets them, in the words of the table. */
  readonly name: string;
  readonly phones: readonly Omit<SandboxPhone, 'installationId'>[];
  readonly options?: NotificationRequestInput['options'];
  readonly expected: Expectation;
}

import type { Consent, QuietWindow } from '@signalbox/contracts';

/** What a user said, as routing reads it. */
export interface UserStanding {
  readonly choices: Readonly<Record<string, Consent>>;
  /** null: the app's default. */
  readonly quietHours: readonly QuietWindow[] | null;
  readonly timeZone: string | null;
  readonly locale: string | null;
}

/** Of somebody who never said anything, and of a phone without a user. */
export const UNSAID: UserStanding = { choices: {}, quietHours: null, timeZone: null, locale: null };

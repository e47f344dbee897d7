import { z } from 'zod';
import type { BraintreeSdk } from '../braintree-sdk.js';
import type { SignedForm } from './form.js';

/** What a notification says of itself. */
export interface Notification {
  readonly kind: string;
  /** What it is about, `transaction`, `dispute`, ...; both empty where that has no id. */
  readonly subjectType: string;
  readonly subjectId: string;
  readonly notifiedAt: Date;
}

const head = z.looseObject({
  kind: z.string().regex(/^[a-z0-9_]{1,100}$/),
  timestamp: z.iso.datetime({ offset: true }),
});

const withId = z.looseObject({
  id: z
    .string()
    .min(1)
    .max(255)
    .regex(/^[\x21-\x7e]+$/),
});

/** Reads a proven form, with the SDK's own reader; undefined: it is no notification. */
export async function readNotification(
  { signature, payload }: SignedForm,
  reader: BraintreeSdk['webhookNotification'],
): Promise<Notification | undefined> {
  let value: unknown;
  try {
    value = await reader.parse(signature, payload);
  } catch {
    return undefined;
  }
  const parsed = head.safeParse(value);
  if (!parsed.success) return undefined;
  const { kind, timestamp, ...subjects } = parsed.data;
  return { kind, notifiedAt: new Date(timestamp), ...subjectOf(subjects) };
}

/** The SDK puts the subject under its name, whatever that is. */
function subjectOf(subjects: Readonly<Record<string, unknown>>): Pick<Notification, 'subjectType' | 'subjectId'> {
  for (const [subjectType, value] of Object.entries(subjects)) {
    const parsed = subjectType === 'subject' ? undefined : withId.safeParse(value);
    if (parsed?.success === true) return { subjectType, subjectId: parsed.data.id };
  }
  return { subjectType: '', subjectId: '' };
}

const DAY_MS = 24 * 3_600_000;
/** Braintree sends again for hours, not for days, and its signature says nothing of time: what is older was recorded. */
const OLDEST_MS = 7 * DAY_MS;
/** What two clocks may differ by. */
const AHEAD_MS = 5 * 60_000;

export type AgeFlaw = 'too_old' | 'ahead_of_time';

export function ageFlawOf({ notifiedAt }: Notification, now: Date): AgeFlaw | undefined {
  const age = now.getTime() - notifiedAt.getTime();
  if (age > OLDEST_MS) return 'too_old';
  return age < -AHEAD_MS ? 'ahead_of_time' : undefined;
}

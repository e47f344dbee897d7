import { isAscii, isUtf8 } from 'node:buffer';
import { z } from 'zod';
import type { EventFacts } from '../receive/received-event.js';

/** A body that is no event, and why, in words that follow "it". */
export interface NoEvent {
  readonly noEvent: string;
}

/** Stripe's own words: never empty, without spaces and control characters. */
const word = z
  .string()
  .max(255)
  .regex(/^[\x21-\x7e]+$/, "must be a word of Stripe's");
/** Ids of some objects (coupons, plans) are chosen by people. */
const objectId = z
  .string()
  .min(1)
  .max(500)
  .refine((text) => text.isWellFormed() && !text.includes('\u0000'), 'must be text that can be stored');

/** https://docs.stripe.com/api/events/object */
const snapshot = z.object({
  object: z.literal('event'),
  id: word,
  type: word,
  account: word.nullish(),
  api_version: word.nullish(),
  livemode: z.boolean(),
  created: z.int().min(0).max(253_402_300_799),
  data: z.object({ object: z.object({ id: objectId.nullish(), object: word.nullish() }) }),
});

/** https://docs.stripe.com/api/v2/core/events/object, as it is posted: without its data. */
const thin = z.object({
  object: z.literal('v2.core.event'),
  id: word,
  type: word,
  context: z.string().max(255).nullish(),
  livemode: z.boolean(),
  created: z.iso.datetime({ offset: true }),
  related_object: z.object({ id: objectId, type: word }).nullish(),
  snapshot_event: word.nullish(),
});

const event = z.discriminatedUnion('object', [snapshot, thin]);

/** Reads what every event has; what it is about is for those who work on it. */
export function readEvent(body: Buffer): EventFacts | NoEvent {
  if (body.length === 0) return { noEvent: 'is empty' };
  // Most are ASCII, which needs no decoding.
  const encoding = isAscii(body) ? 'latin1' : 'utf8';
  if (encoding === 'utf8' && !isUtf8(body)) return { noEvent: 'is not text in UTF-8' };
  let value: unknown;
  try {
    value = JSON.parse(body.toString(encoding));
  } catch {
    return { noEvent: 'is not JSON' };
  }
  const parsed = event.safeParse(value);
  if (!parsed.success) return { noEvent: `is not an event: ${where(parsed.error)}` };
  return parsed.data.object === 'event' ? factsOfSnapshot(parsed.data) : factsOfThin(parsed.data);
}

function factsOfSnapshot(parsed: z.output<typeof snapshot>): EventFacts {
  const { object } = parsed.data;
  return {
    shape: 'snapshot',
    eventId: parsed.id,
    type: parsed.type,
    account: parsed.account ?? '',
    apiVersion: parsed.api_version ?? undefined,
    livemode: parsed.livemode,
    objectType: object.object ?? undefined,
    objectId: object.id ?? undefined,
    created: new Date(parsed.created * 1_000),
  };
}

function factsOfThin(parsed: z.output<typeof thin>): EventFacts {
  return {
    shape: 'thin',
    eventId: parsed.id,
    type: parsed.type,
    account: accountOf(parsed.context ?? ''),
    livemode: parsed.livemode,
    objectType: parsed.related_object?.type,
    objectId: parsed.related_object?.id,
    snapshotEvent: parsed.snapshot_event ?? undefined,
    created: new Date(parsed.created),
  };
}

/** A context is a path such as `org_.../acct_...`, of which the last part is the account. */
function accountOf(context: string): string {
  const last = context.split('/').at(-1) ?? '';
  return /^acct_[A-Za-z0-9]+$/.test(last) ? last : '';
}

function where({ issues }: z.ZodError): string {
  const [first] = issues;
  return `"${first?.path.join('.') ?? ''}" ${first?.message ?? 'is missing'}`;
}

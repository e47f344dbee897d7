import { z } from 'zod';
import { readEvent } from '../edge/read-event.js';
import type { StripeCalls } from '../read-stripe/stripe-calls.js';
import type { NotNow } from '../process/find-user.js';
import type { HealthEvent } from '../process/health-listener.js';
import type { Receiver } from '../receive/receiver.js';

/** Stripe failed to make an event, and says so when it has noticed: https://docs.stripe.com/webhooks/handle-irrecoverable-events */
const GENERATION_FAILURE = 'v2.core.health.event_generation_failure.resolved';

/** Its form is of a preview: it waits for a version of ours that can read it. */
const UNREADABLE_MS = 3_600_000;

/** What of the health event tells which object changed without an event. */
const failure = z.object({
  created: z.iso.datetime({ offset: true }),
  data: z.object({
    impact: z.object({
      event_type: z.string(),
      context: z.string().nullish(),
      related_object: z.object({ id: z.string(), type: z.string().nullish(), url: z.string().nullish() }).nullish(),
      related_object_id: z.string().nullish(),
    }),
  }),
});

/**
 * Puts an event in the place of one that Stripe never made: a thin one, about the object that it would have been about, so that
 * the object is read as it is now. No list has such an event, and nobody else will ever tell of the change.
 */
export class GenerationFailures {
  constructor(
    private readonly calls: StripeCalls,
    private readonly receiver: Receiver,
  ) {}

  /** Answers when to try again, where Stripe does not say now what it is about, or what it said could not be stored. */
  async heal({ appId, account, livemode, stripeId, type }: HealthEvent): Promise<NotNow | undefined> {
    if (type !== GENERATION_FAILURE) return undefined;
    const path = `/v2/core/events/${encodeURIComponent(stripeId)}`;
    const answer = await this.calls.get({ appId, account, livemode, path, endpoint: '/v2/core/events/id' });
    if (answer.kind === 'later') return { later: answer.ms, reason: answer.reason };
    // It cannot be read any more after 30 days.
    if (answer.kind === 'missing') return undefined;
    const read = failure.safeParse(answer.body).data;
    if (read === undefined) return { later: UNREADABLE_MS, reason: 'unknown_shape' };
    const { event_type: eventType, related_object: related, related_object_id: relatedId, context } = read.data.impact;
    const objectId = related?.id ?? relatedId;
    if (objectId == null) return undefined;
    const body = Buffer.from(
      JSON.stringify({
        // Ours, and the same each time it is healed.
        id: `${stripeId}_healed`,
        object: 'v2.core.event',
        type: `v1.${eventType}`,
        created: read.created,
        livemode,
        context,
        // Types of events begin with the type of their object, as a rule.
        related_object: { id: objectId, type: related?.type ?? eventType.slice(0, eventType.lastIndexOf('.')) },
        in_place_of_one_never_made: stripeId,
      }),
    );
    const facts = readEvent(body);
    if ('noEvent' in facts) return { later: UNREADABLE_MS, reason: 'unknown_shape' };
    const of = facts.account === '' ? account : facts.account;
    const receipt = await this.receiver.receive({ ...facts, appId, account: of, via: 'reconciler', body });
    return receipt === 'unknown' || receipt === 'busy' ? { later: 1_000, reason: 'not_stored' } : undefined;
  }
}

import { z } from 'zod';
import { readEvent } from '../edge/read-event.js';
import type { StripeCalls } from '../read-stripe/stripe-calls.js';
import type { HealthEvent } from '../process/health-listener.js';
import type { Receiver } from '../receive/receiver.js';

/** Stripe failed to make an event, and says so when it has noticed: https://docs.stripe.com/webhooks/handle-irrecoverable-events */
const GENERATION_FAILURE = 'v2.core.health.event_generation_failure.resolved';

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

/** The event that was never made could not be put in place of itself now. */
class NotHealedYet extends Error {
  override readonly name = 'NotHealedYet';

  constructor(
    why: string,
    readonly retryMs: number,
  ) {
    super(`what a generation failure of Stripe's is about could not be read: ${why}`);
  }
}

/**
 * Puts an event in the place of one that Stripe never made: a thin one, about the object that it would have been about, so that
 * the object is read as it is now. No list has such an event, and nobody else will ever tell of the change.
 */
export class GenerationFailures {
  constructor(
    private readonly calls: StripeCalls,
    private readonly receiver: Receiver,
  ) {}

  /** @throws NotHealedYet when Stripe does not say now what it is about, or what it said could not be stored. */
  async heal({ appId, account, livemode, stripeId, type }: HealthEvent): Promise<void> {
    if (type !== GENERATION_FAILURE) return;
    const path = `/v2/core/events/${encodeURIComponent(stripeId)}`;
    const answer = await this.calls.get({ appId, account, livemode, path, endpoint: '/v2/core/events/id' });
    if (answer.kind === 'later') throw new NotHealedYet(answer.reason, answer.ms);
    // It cannot be read any more after 30 days.
    if (answer.kind === 'missing') return;
    const read = failure.safeParse(answer.body).data;
    if (read === undefined) throw new NotHealedYet('its data have another shape than was documented', 3_600_000);
    const { event_type: eventType, related_object: related, related_object_id: relatedId, context } = read.data.impact;
    const objectId = related?.id ?? relatedId;
    if (objectId == null) return;
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
    if ('noEvent' in facts) throw new NotHealedYet(facts.noEvent, 3_600_000);
    const of = facts.account === '' ? account : facts.account;
    const receipt = await this.receiver.receive({ ...facts, appId, account: of, via: 'reconciler', body });
    if (receipt === 'unknown' || receipt === 'busy') throw new NotHealedYet(receipt, 1_000);
  }
}

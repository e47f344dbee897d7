import { timeOfUuid, type Uuid } from '@signalbox/contracts';
import type { Scenario } from '../scenario.ts';
import type { Stage } from '../stage.ts';
import { destinationOf, happen, pay, putKeysAgain, rowsOf, until, untilAllIsKnown } from './payments-shop.ts';
import { COMPARED_BEFORE, DECIDE_THE_DEAD, NOT_COMPARED, RECEIVED_BEFORE, UNDECIDED } from './payments.queries.ts';

const MINUTE_MS = 60_000;
/** What is worked on without asking anybody takes less. */
const A_MOMENT_MS = 1_500;

/** Events of Stripe that came and are not worked on, or did not come. */
export const STRIPE_EVENTS: readonly Scenario[] = [
  {
    name: 'event-unreadable',
    what: 'Stripe tells of a payment in a state that nobody here knows',
    must: ['StripeInboxDead'],
    may: [],
    async strike(stage) {
      const object = { object: 'payment_intent', id: 'pi_inANewState', status: 'requires_review' };
      await happen(stage, { type: 'payment_intent.processing', object });
      return async () => {
        await rowsOf(stage, DECIDE_THE_DEAD);
      };
    },
  },
  {
    name: 'stripe-limits-reads',
    what: 'Stripe was asked too much and says nothing of disputes, whose events have waited for more than five minutes',
    must: ['StripeInboxOld'],
    may: [],
    async strike(stage) {
      const { latest_charge: charge } = await pay(stage);
      await untilAllIsKnown(stage);
      const tooMany = { route: 'GET /v1/disputes/:id', status: 429, retryAfter: 2 };
      await stage.control('PUT', '/v1/stripe/behaviour', { faults: [tooMany] });
      await stage.control('POST', '/v1/stripe/disputes', { charge });
      await until(() => isWaitingLonger(stage, 6 * MINUTE_MS));
      return async () => {
        await stage.control('DELETE', '/v1/stripe/behaviour');
        await untilAllIsKnown(stage);
      };
    },
  },
  {
    name: 'comparing-forbidden',
    what: "the app's key has not been allowed to list events for more than an hour",
    must: ['StripeReconcileOld'],
    may: [],
    async strike(stage) {
      const forbidden = { route: 'GET /v1/events', status: 403 };
      await stage.control('PUT', '/v1/stripe/behaviour', { faults: [forbidden] });
      await rowsOf(stage, COMPARED_BEFORE, [65 * MINUTE_MS]);
      return async () => {
        await stage.control('DELETE', '/v1/stripe/behaviour');
        await putKeysAgain(stage);
        await compareNow(stage);
      };
    },
  },
  {
    name: 'webhook-lost',
    what: 'Stripe did not deliver an event, which is found by comparing',
    must: ['StripeGaps'],
    may: [],
    async strike(stage) {
      const { latest_charge: objectId } = await pay(stage);
      await untilAllIsKnown(stage);
      const destination = await destinationOf(stage);
      await stage.control('PUT', `${destination}/behaviour`, { drop: 1 });
      // What is younger than a minute is left to its webhook.
      const created = Math.floor((Date.now() - 2 * MINUTE_MS) / 1_000);
      const { id } = await happen(stage, { type: 'charge.updated', objectId, created });
      await stage.control('DELETE', `${destination}/behaviour`);
      await rowsOf(stage, COMPARED_BEFORE, [6 * MINUTE_MS]);
      return async () => {
        // To Stripe it is not delivered before somebody has it sent again.
        await stage.control('POST', `/v1/stripe/events/${id}/resend`, {});
        await untilAllIsKnown(stage);
      };
    },
  },
];

/** Puts back by so much when what waits came; false: nothing waits, or nothing but what is being worked on. */
async function isWaitingLonger(stage: Stage, milliseconds: number): Promise<boolean> {
  const waiting = await rowsOf<{ event: Uuid }>(stage, UNDECIDED);
  const ids = waiting.map(({ event }) => event).filter((id) => timeOfUuid(id) < Date.now() - A_MOMENT_MS);
  const earlier = ids.map((id) => idBefore(id, milliseconds));
  await rowsOf(stage, RECEIVED_BEFORE, [ids, earlier, milliseconds]);
  return ids.length > 0;
}

/** The id as it would be had it been made so much earlier: its first twelve digits are its time. */
function idBefore(id: Uuid, milliseconds: number): Uuid {
  const time = (timeOfUuid(id) - milliseconds).toString(16).padStart(12, '0');
  return `${time.slice(0, 8)}-${time.slice(8)}${id.slice(13)}`;
}

/** Resolves when everything was compared with Stripe's list; what was refused is not tried again for five minutes otherwise. */
async function compareNow(stage: Stage): Promise<void> {
  await rowsOf(stage, COMPARED_BEFORE, [6 * MINUTE_MS]);
  await until(async () => (await rowsOf(stage, NOT_COMPARED)).length === 0);
}

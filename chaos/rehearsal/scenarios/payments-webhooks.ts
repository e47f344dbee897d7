import { holdOpen } from '../hold-open.ts';
import { ACCEPT_BURNS, type Scenario } from '../scenario.ts';
import { pay, rowsOf, sendAgainAndAgain, untilAllIsKnown } from './payments-shop.ts';
import { END_SECRETS, LOCK_EVENTS } from './payments.queries.ts';

/** Webhooks of Stripe that are refused, or cannot be stored. */
export const STRIPE_WEBHOOKS: readonly Scenario[] = [
  {
    name: 'source-without-secret',
    what: 'somebody ended the only secret of a Stripe source in the database itself, where nothing refuses that',
    must: ['StripeSourceWithoutSecret'],
    may: [],
    async strike(stage) {
      await rowsOf(stage, END_SECRETS);
      return async () => {
        const { webhookUrl, webhookSecret: secret } = stage.app.stripe;
        const source = webhookUrl.split('/').at(-1);
        await stage.asApp('payments', 'POST', `/v1/stripe-sources/${source}/secrets`, { secret });
      };
    },
  },
  {
    name: 'webhook-secret-rolled',
    what: 'the secret that signs webhooks was rolled at Stripe, and not here',
    must: ['StripeWebhooksRefused'],
    may: [],
    async strike(stage) {
      const destination = await sendAgainAndAgain(stage);
      await stage.control('POST', `${destination}/roll-secret`, {});
      await pay(stage);
      return async () => {
        await stage.control('POST', `${destination}/roll-secret`, { secret: stage.app.stripe.webhookSecret });
        await untilAllIsKnown(stage);
      };
    },
  },
  {
    name: 'webhooks-not-stored',
    what: 'an index on events is built the way that lets nobody write meanwhile',
    // Whoever posts a webhook is answered 503.
    must: ['StripeWebhooksNotStored', 'AcceptAvailabilityBurnsFast'],
    may: [...ACCEPT_BURNS],
    async strike(stage) {
      await sendAgainAndAgain(stage);
      const unlock = await holdOpen(stage, LOCK_EVENTS);
      await Promise.all([pay(stage), pay(stage)]);
      return async () => {
        await unlock();
        await untilAllIsKnown(stage);
      };
    },
  },
];

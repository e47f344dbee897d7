import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { Problem, valid } from '../../control/problem.js';
import { endTrial } from '../billing/change-subscription.js';
import { collectInvoice } from '../billing/collect-invoice.js';
import { mustBe } from '../billing/invoices.js';
import { renew, upcomingInvoice } from '../billing/renewal.js';
import { isOver } from '../billing/subscription-status.js';
import { payingMethod } from '../billing/subscriptions.js';
import { type DeclineName, DECLINES } from '../cards/decline.js';
import { paymentMethodNamed } from '../customers/payment-methods.js';
import type { PaymentMethod } from '../objects/payment-method.js';
import type { Subscription } from '../objects/subscription.js';
import type { StripeSide } from '../stripe-side.js';
import type { Account } from '../world/account.js';
import { acting, heldObject, idParams } from './acting.js';
import { outcomes } from './payment-routes.js';

/** `as_the_card_does`: what the customer's card does by itself. */
const outcome = z
  .enum(['as_the_card_does', ...outcomes.exclude(['requires_capture']).options])
  .default('as_the_card_does');
type Outcome = z.output<typeof outcome>;
const advanceBody = z.strictObject({
  to: z.enum(['next_period', 'trial_end', 'trial_will_end', 'upcoming_invoice']).default('next_period'),
  outcome,
});
const attemptBody = z.strictObject({ outcome });

/** Time passes for a subscription, and for what it is owed: no test has to wait a month. */
export function addSubscriptionRoutes(server: FastifyInstance, stripe: StripeSide): void {
  server.post('/v1/stripe/subscriptions/:id/advance', (request) => {
    const { account, object: subscription } = heldObject(stripe, 'subscription', valid(idParams, request.params).id);
    const { to, outcome: wanted } = valid(advanceBody, request.body ?? {});
    if (isOver(subscription))
      throw new Problem(409, 'subscription_over', `${subscription.id} is ${subscription.status}`);
    acting(() => {
      if (to === 'upcoming_invoice') account.emit('invoice.upcoming', upcomingInvoice(account, subscription));
      else if (to === 'trial_will_end') account.emit('customer.subscription.trial_will_end', subscription);
      else if (to === 'trial_end') endTrial(account, subscription, stripe.origin);
      else {
        const paying = payingWith(account, subscription, wanted);
        renew(account, subscription, { ...paying, automatic: true, origin: stripe.origin });
      }
    });
    return subscription;
  });

  server.post('/v1/stripe/invoices/:id/attempt', (request) => {
    const { account, object: invoice } = heldObject(stripe, 'invoice', valid(idParams, request.params).id);
    const { outcome: wanted } = valid(attemptBody, request.body ?? {});
    const id = invoice.parent?.subscription_details.subscription;
    const subscription = id === undefined ? undefined : account.objects.find('subscription', id);
    acting(() => {
      mustBe(invoice, ['open'], 'paid');
      const { method, decline } = payingWith(account, subscription ?? invoice, wanted);
      if (!method)
        throw new Problem(409, 'no_payment_method', `nothing is known that ${invoice.id} could be paid with`);
      collectInvoice(account, invoice, { method, decline, automatic: true, origin: stripe.origin });
    });
    return invoice;
  });
}

function payingWith(
  account: Account,
  payer: Pick<Subscription, 'customer' | 'default_payment_method'>,
  wanted: Outcome,
): { method: PaymentMethod | undefined; decline: (typeof DECLINES)[DeclineName] | undefined } {
  const own = payingMethod(account, payer);
  if (wanted === 'as_the_card_does') return { method: own, decline: undefined };
  if (wanted === 'succeeded') return { method: paymentMethodNamed(account, 'pm_card_visa'), decline: undefined };
  if (wanted === 'requires_action')
    return { method: paymentMethodNamed(account, 'pm_card_authenticationRequired'), decline: undefined };
  return { method: own ?? paymentMethodNamed(account, 'pm_card_visa'), decline: DECLINES[wanted] };
}

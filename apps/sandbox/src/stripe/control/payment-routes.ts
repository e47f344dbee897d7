import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { valid } from '../../control/problem.js';
import { type DeclineName, DECLINES } from '../cards/decline.js';
import { createCustomer } from '../customers/customers.js';
import { paymentMethodNamed } from '../customers/payment-methods.js';
import type { Customer } from '../objects/customer.js';
import { confirm } from '../payments/confirm.js';
import { createIntent } from '../payments/payment-intents.js';
import type { StripeSide } from '../stripe-side.js';
import type { Account } from '../world/account.js';
import { accountFields, accountOf, acting } from './acting.js';

/** How Signalbox knows whose payment it is. */
const USER = 'signalbox_user_id';

const DECLINE_NAMES = Object.keys(DECLINES) as [DeclineName, ...DeclineName[]];
export const outcomes = z.enum(['succeeded', 'requires_action', 'requires_capture', ...DECLINE_NAMES]);

const paymentBody = z.strictObject({
  ...accountFields,
  userId: z.string().min(1).max(200).optional(),
  amount: z.int().min(1).max(99_999_999).default(1999),
  currency: z
    .string()
    .regex(/^[a-z]{3}$/, 'three small letters')
    .default('eur'),
  outcome: outcomes.default('insufficient_funds'),
  description: z.string().max(500).optional(),
  metadata: z.record(z.string(), z.string()).default({}),
});

/** A whole payment in one call, with the end that is asked for. */
export function addPaymentRoutes(server: FastifyInstance, stripe: StripeSide): void {
  server.post('/v1/stripe/payments', (request, reply) => {
    const { userId, amount, currency, outcome, description, metadata, ...who } = valid(paymentBody, request.body ?? {});
    const account = accountOf(stripe, who);
    const intent = acting(() => {
      const customer = userId === undefined ? undefined : customerOf(account, userId);
      const made = createIntent(account, {
        amount,
        currency,
        customer: customer?.id ?? null,
        description: description ?? null,
        metadata: { ...metadata, ...(userId !== undefined && { [USER]: userId }) },
        captureMethod: outcome === 'requires_capture' ? 'manual' : 'automatic_async',
      });
      const card = outcome === 'requires_action' ? 'pm_card_authenticationRequired' : 'pm_card_visa';
      const decline = Object.hasOwn(DECLINES, outcome) ? DECLINES[outcome as DeclineName] : undefined;
      const method = paymentMethodNamed(account, card);
      // That it was declined is what was asked for.
      confirm(account, made, { method, offSession: false, decline, origin: stripe.origin });
      return made;
    });
    return reply.status(201).send(intent);
  });
}

/** A user has one customer, as in a backend that keeps them. */
function customerOf(account: Account, userId: string): Customer {
  const known = account.objects.newestFirst('customer').find(({ metadata }) => metadata[USER] === userId);
  return known ?? createCustomer(account, { metadata: { [USER]: userId } });
}

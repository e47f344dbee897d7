import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { Problem, valid } from '../../control/problem.js';
import { authenticateSetup } from '../customers/setup-intents.js';
import type { Kind, Kinds } from '../objects/kinds.js';
import { authenticate } from '../payments/authenticate.js';
import { settleBankDebit } from '../payments/bank-debit.js';
import { closeDispute, escalate, openDispute, reinstate } from '../payments/disputes.js';
import { settlePayout } from '../payments/payouts.js';
import { completeRefund, failRefund } from '../payments/refunds.js';
import type { StripeSide } from '../stripe-side.js';
import type { Account } from '../world/account.js';
import { acting, heldObject, idParams } from './acting.js';

const settleBody = z.strictObject({ outcome: z.enum(['fail', 'succeed']) });
const refundBody = settleBody.extend({ reason: z.string().max(60).default('expired_or_canceled_card') });
const decideBody = z.strictObject({ outcome: z.enum(['escalated', 'lost', 'reinstated', 'won']) });
const disputeBody = z.strictObject({
  charge: z.string(),
  kind: z.enum(['fraudulent', 'inquiry', 'product_not_received']).default('fraudulent'),
});
const cardBody = z.strictObject({
  expMonth: z.int().min(1).max(12).default(12),
  expYear: z.int().min(2000).max(2100),
  last4: z
    .string()
    .regex(/^\d{4}$/, 'four digits')
    .optional(),
});

/** What banks, networks and cardholders do: nobody can ask Stripe's API for it. */
export function addHappeningRoutes(server: FastifyInstance, stripe: StripeSide): void {
  /** A route that does something to the object it names, and answers the object. */
  function add<Name extends Kind, Body extends z.ZodType>(
    kind: Name,
    path: string,
    body: Body,
    act: (account: Account, object: Kinds[Name], body: z.output<Body>) => void,
  ): void {
    server.post(`/v1/stripe/${path}`, (request) => {
      const { account, object } = heldObject(stripe, kind, valid(idParams, request.params).id);
      const asked = valid(body, request.body ?? {});
      acting(() => act(account, object, asked));
      return object;
    });
  }

  add('payment_intent', 'payment-intents/:id/authenticate', settleBody, (account, intent, { outcome }) =>
    authenticate(account, intent, outcome),
  );
  add('payment_intent', 'payment-intents/:id/settle', settleBody, (account, intent, { outcome }) =>
    settleBankDebit(account, intent, outcome),
  );
  add('setup_intent', 'setup-intents/:id/authenticate', settleBody, (account, intent, { outcome }) =>
    authenticateSetup(account, intent, outcome),
  );
  add('refund', 'refunds/:id/settle', refundBody, (account, refund, { outcome, reason }) =>
    outcome === 'succeed' ? completeRefund(account, refund) : failRefund(account, refund, reason),
  );
  add('payout', 'payouts/:id/settle', settleBody, (account, payout, { outcome }) =>
    settlePayout(account, payout, outcome),
  );

  add('dispute', 'disputes/:id/decide', decideBody, (account, dispute, { outcome }) => {
    if (outcome === 'escalated') escalate(account, dispute);
    else if (outcome === 'reinstated') reinstate(account, dispute);
    else closeDispute(account, dispute, outcome);
  });

  add(
    'payment_method',
    'payment-methods/:id/automatically-update',
    cardBody,
    (account, method, { expMonth, expYear, last4 }) => {
      const { card } = method;
      if (!card) throw new Problem(409, 'no_card', `${method.id} is no card`);
      const replaced = { ...card, exp_month: expMonth, exp_year: expYear, last4: last4 ?? card.last4 };
      account.change(method, 'payment_method.automatically_updated', () => (method.card = replaced));
    },
  );

  server.post('/v1/stripe/disputes', (request, reply) => {
    const { charge: id, kind } = valid(disputeBody, request.body);
    const { account, object: charge } = heldObject(stripe, 'charge', id);
    if (!charge.captured) throw new Problem(409, 'not_captured', `${id} was not captured: there is nothing to dispute`);
    return reply.status(201).send(openDispute(account, charge, kind));
  });
}

import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { Problem, valid } from '../../control/problem.js';
import type { BraintreeSide } from '../braintree-side.js';
import { decide, isDisputable, openDispute } from '../disputes/disputes.js';
import { DISPUTE_KINDS, DISPUTE_REASONS } from '../objects/dispute.js';
import { disburse } from '../settle/disbursement.js';
import { comeTo, LATER, settleAll } from '../settle/settlement.js';
import { addNonce } from '../vault/nonces.js';
import { revoke } from '../vault/payment-methods.js';
import { CARDS, type CardType, cardOf, payPalOf } from '../vault/test-cards.js';
import { readAmount } from '../wire/money.js';
import { describedDispute, describedTransaction } from './described.js';
import { acting, held, idParams, merchantFields, merchantOf } from './merchant-fields.js';

const CARD_TYPES = Object.keys(CARDS) as [CardType, ...CardType[]];
const nonceBody = z.strictObject({
  ...merchantFields,
  type: z.enum(['android_pay_card', 'apple_pay_card', 'credit_card', 'paypal_account']).default('credit_card'),
  cardType: z.enum(CARD_TYPES).default('Visa'),
  last4: z
    .string()
    .regex(/^\d{4}$/, 'four digits')
    .optional(),
  email: z.email().default('jane@example.com'),
});
const becomeBody = z.strictObject({ status: z.enum(LATER) });
const disputeBody = z.strictObject({
  transactionId: z.string(),
  reason: z.enum(DISPUTE_REASONS).default('fraud'),
  kind: z.enum(DISPUTE_KINDS).default('chargeback'),
  amount: z.string().optional(),
});
const decideBody = z.strictObject({
  outcome: z.enum(['accepted', 'auto_accepted', 'disputed', 'expired', 'lost', 'open', 'under_review', 'won']),
});
const merchantBody = z.strictObject(merchantFields);
const transactionQuery = z.strictObject({ ...merchantFields, orderId: z.string().optional() });

/** What phones, banks, networks and the night do: nobody can ask Braintree's API for it. */
export function addBraintreeHappeningRoutes(server: FastifyInstance, braintree: BraintreeSide): void {
  server.post('/v1/braintree/nonces', (request, reply) => {
    const { merchantId, type, cardType, last4, email } = valid(nonceBody, request.body ?? {});
    const instrument = type === 'paypal_account' ? payPalOf(email) : cardOf(cardType, type, last4);
    const { nonce } = addNonce(merchantOf(braintree, merchantId), instrument);
    return reply.status(201).send({ nonce, type });
  });

  server.get('/v1/braintree/transactions', (request) => {
    const { merchantId, orderId } = valid(transactionQuery, request.query);
    const all = [...merchantOf(braintree, merchantId).transactions.values()];
    const wanted = all.filter((transaction) => orderId === undefined || transaction.orderId === orderId);
    return { transactions: wanted.map(describedTransaction) };
  });

  server.post('/v1/braintree/transactions/:id/become', (request) => {
    const { id } = valid(idParams, request.params);
    const { status } = valid(becomeBody, request.body);
    const { merchant, thing } = held(braintree, 'transaction', id, ({ transactions }) => transactions.get(id));
    acting(() => comeTo(merchant, thing, status, 'control_panel'));
    return describedTransaction(thing);
  });

  server.post('/v1/braintree/settle', (request) => {
    const { merchantId } = valid(merchantBody, request.body ?? {});
    return { transactions: settleAll(merchantOf(braintree, merchantId)).map(describedTransaction) };
  });

  server.post('/v1/braintree/disburse', (request) => {
    const { merchantId } = valid(merchantBody, request.body ?? {});
    return { disbursements: disburse(merchantOf(braintree, merchantId)) };
  });

  server.post('/v1/braintree/disputes', (request, reply) => {
    const { transactionId: id, reason, kind, amount: text } = valid(disputeBody, request.body);
    const { merchant, thing } = held(braintree, 'transaction', id, ({ transactions }) => transactions.get(id));
    if (!isDisputable(thing))
      throw new Problem(409, 'not_taken', `${id} is ${thing.status}: there is nothing to dispute`);
    const amount = text === undefined ? thing.amount : readAmount(text, thing.currency);
    if (amount === undefined || amount < 1)
      throw new Problem(422, 'invalid_request', '/amount: an amount such as 10.00');
    return reply.status(201).send(describedDispute(openDispute(merchant, thing, { reason, kind, amount })));
  });

  server.post('/v1/braintree/disputes/:id/decide', (request) => {
    const { id } = valid(idParams, request.params);
    const { outcome } = valid(decideBody, request.body);
    const { merchant, thing } = held(braintree, 'dispute', id, ({ disputes }) => disputes.get(id));
    decide(merchant, thing, outcome);
    return describedDispute(thing);
  });

  server.post('/v1/braintree/payment-methods/:id/revoke', (request, reply) => {
    const { id } = valid(idParams, request.params);
    const { merchant, thing } = held(braintree, 'payment method', id, ({ methods }) => methods.get(id));
    revoke(merchant, thing);
    return reply.status(204).send();
  });
}

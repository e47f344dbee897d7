import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { Problem, valid } from '../../control/problem.js';
import type { BraintreeSide } from '../braintree-side.js';
import { KINDS } from '../notifications/notification.js';
import { disputeXml } from '../objects/dispute.js';
import { ELEMENT_OF, paymentMethodXml } from '../objects/payment-method.js';
import { transactionXml } from '../objects/transaction-xml.js';
import type { XmlRecord } from '../wire/xml.js';
import type { Merchant } from '../world/merchant.js';
import { held, idParams, merchantFields, merchantOf } from './merchant-fields.js';

const emitBody = z.strictObject({
  ...merchantFields,
  kind: z.enum(KINDS),
  /** Of a transaction, a dispute or a token, as it is now. */
  subjectId: z.string().optional(),
  timestamp: z.iso.datetime().optional(),
});
const resendBody = z.strictObject({ endpointId: z.string().optional() });

/** Webhooks by hand: any kind, of any time, and those that were sent already once more. */
export function addNotificationRoutes(server: FastifyInstance, braintree: BraintreeSide): void {
  server.post('/v1/braintree/notifications', (request, reply) => {
    const { merchantId, kind, subjectId = '', timestamp } = valid(emitBody, request.body);
    const merchant = merchantOf(braintree, merchantId);
    const subject = kind === 'check' ? { check: true } : subjectOf(merchant, subjectId);
    const at = timestamp === undefined ? undefined : new Date(timestamp);
    const { id } = merchant.emit(kind, subjectId, subject, at);
    return reply.status(201).send({ notificationId: id });
  });

  server.post('/v1/braintree/notifications/:id/resend', (request) => {
    const { id } = valid(idParams, request.params);
    const { endpointId } = valid(resendBody, request.body ?? {});
    const { merchant, thing } = held(braintree, 'notification', id, (one) => one.notification(id));
    return { sent: braintree.publisher.resend(merchant, thing, endpointId) };
  });
}

/** @throws Problem 404 */
function subjectOf(merchant: Merchant, id: string): XmlRecord {
  const transaction = merchant.transactions.get(id);
  if (transaction) return { transaction: transactionXml(transaction) };
  const dispute = merchant.disputes.get(id);
  if (dispute) return { dispute: disputeXml(dispute) };
  const method = merchant.methods.get(id);
  if (method) return { [ELEMENT_OF[method.instrument.type]]: paymentMethodXml(method) };
  throw new Problem(404, 'not_found', `${merchant.id} has no transaction, dispute or payment method ${id}`);
}

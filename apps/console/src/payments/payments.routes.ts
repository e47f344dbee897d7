import { formatId, parseId } from '@signalbox/contracts';
import type { Sql } from '@signalbox/database';
import { problems } from '@signalbox/http';
import type { Logger } from '@signalbox/telemetry';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { readAppNames } from '../apps/app-names.js';
import { sendPage } from '../pages/page.js';
import { paymentPage } from './payment-page.js';
import { readPayment, readStripeObject } from './read-payment.js';
import { stripeObjectPage } from './stripe-object-page.js';

type ById = FastifyRequest<{ Params: { id: string } }>;

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** `/payments/{id}`, and `/stripe-objects/{key}` for whatever else Stripe tells of. */
export async function paymentRoutes(
  fastify: FastifyInstance,
  { database, logger }: { database: Sql; logger: Logger },
): Promise<void> {
  fastify.get('/payments/:id', async (request: ById, reply) => {
    const id = parseId('payment', request.params.id);
    const story = id === undefined ? undefined : await readPayment(database, id);
    if (story === undefined) throw problems.notFound('There is no such payment.');
    const names = await readAppNames(database, logger, [formatId('app', story.payment.appId)]);
    return sendPage(reply, 200, paymentPage(story, names));
  });

  fastify.get('/stripe-objects/:id', async (request: ById, reply) => {
    const { id } = request.params;
    const story = UUID.test(id) ? await readStripeObject(database, id) : undefined;
    if (story === undefined) throw problems.notFound('Stripe has told us of no such object.');
    const names = await readAppNames(database, logger, [formatId('app', story.object.appId)]);
    return sendPage(reply, 200, stripeObjectPage(story, names));
  });
}

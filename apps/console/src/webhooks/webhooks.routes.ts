import { formatId, parseId, recoverAnswer, webhookDeliveryView, webhookEndpointView } from '@signalbox/contracts';
import type { Sql } from '@signalbox/database';
import { formOf } from '@signalbox/html';
import { problems } from '@signalbox/http';
import type { Logger } from '@signalbox/telemetry';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { readAppNames } from '../apps/app-names.js';
import { appListWish } from '../apps/read-app-list.js';
import { act } from '../pages/act.js';
import { takeMessage } from '../pages/message.js';
import { sendPage } from '../pages/page.js';
import type { ServiceClient } from '../services/service-client.js';
import { readDeliveries, readEndpoint, readEndpoints } from './read-webhooks.js';
import { webhookPage } from './webhook-page.js';
import { webhooksPage } from './webhooks-page.js';

export interface WebhookPages {
  readonly database: Sql;
  /** The events service, whose endpoints are; absent: nothing can be changed from here. */
  readonly events: ServiceClient | undefined;
  readonly logger: Logger;
}

type ById = FastifyRequest<{ Params: { id: string } }>;
type OfDelivery = FastifyRequest<{ Params: { id: string; deliveryId: string } }>;

const HOUR_MS = 3_600_000;

/** `/webhooks` and `/webhooks/{id}`: where events of apps go, what came of it, and what can be done. */
export async function webhookRoutes(fastify: FastifyInstance, parts: WebhookPages): Promise<void> {
  const { events, logger } = parts;
  fastify.get('/webhooks', (request, reply) => showEndpoints(parts, request, reply));
  fastify.get('/webhooks/:id', (request: ById, reply) => showEndpoint(parts, request, reply));
  if (events === undefined) return;

  const change = (enabled: boolean) => (request: ById, reply: FastifyReply) => {
    const id = endpointOf(request);
    const work = async () => {
      await events.ask(webhookEndpointView, 'PATCH', `/v1/webhook-endpoints/${id}`, { enabled });
      return enabled
        ? 'It gets events again. What it missed is sent by “Send again what failed or was never sent”.'
        : 'It is disabled: it gets nothing until it is enabled again.';
    };
    return act(logger, request, reply, { to: `/webhooks/${id}`, work });
  };
  fastify.post('/webhooks/:id/enable', change(true));
  fastify.post('/webhooks/:id/disable', change(false));

  fastify.post('/webhooks/:id/test', (request: ById, reply) => {
    const id = endpointOf(request);
    const work = async () => {
      const { id: delivery } = await events.ask(webhookDeliveryView, 'POST', `/v1/webhook-endpoints/${id}/test`);
      return `A test event is on its way as ${delivery}.`;
    };
    return act(logger, request, reply, { to: `/webhooks/${id}`, work });
  });

  fastify.post('/webhooks/:id/recover', (request: ById, reply) => {
    const id = endpointOf(request);
    const form = formOf(request);
    const since = new Date(Date.now() - Math.max(0, Number(form.get('hours')) || 0) * HOUR_MS).toISOString();
    const perSecond = Number(form.get('perSecond'));
    const work = async () => {
      const path = `/v1/webhook-endpoints/${id}/recover`;
      const begun = await events.ask(recoverAnswer, 'POST', path, { since, perSecond });
      return `What failed or was never sent since ${begun.since} is sent now, ${begun.perSecond} a second.`;
    };
    return act(logger, request, reply, { to: `/webhooks/${id}`, about: { since, perSecond }, work });
  });

  fastify.post('/webhooks/:id/deliveries/:deliveryId/resend', (request: OfDelivery, reply) => {
    const [id, { deliveryId }] = [endpointOf(request), request.params];
    if (parseId('webhookDelivery', deliveryId) === undefined) throw problems.notFound('There is no such delivery.');
    const work = async () => {
      const path = `/v1/webhook-endpoints/${id}/deliveries/${deliveryId}/resend`;
      await events.ask(webhookDeliveryView, 'POST', path);
      return `${deliveryId} is sent again, under the same webhook-id.`;
    };
    return act(logger, request, reply, { to: `/webhooks/${id}`, work });
  });
}

async function showEndpoints({ database, logger }: WebhookPages, request: FastifyRequest, reply: FastifyReply) {
  const wish = appListWish(request);
  const found = await readEndpoints(database, wish);
  const apps = found.rows.map(({ appId }) => formatId('app', appId));
  return sendPage(
    reply,
    200,
    webhooksPage({ ...found, app: wish.app, names: await readAppNames(database, logger, apps) }),
  );
}

async function showEndpoint({ database, events, logger }: WebhookPages, request: ById, reply: FastifyReply) {
  const endpoint = await readEndpoint(database, parseId('webhookEndpoint', endpointOf(request))!);
  if (endpoint === undefined) throw problems.notFound('There is no such webhook endpoint; perhaps it was deleted.');
  const [deliveries, names] = await Promise.all([
    readDeliveries(database, endpoint.id),
    readAppNames(database, logger, [formatId('app', endpoint.appId)]),
  ]);
  const message = takeMessage(request, reply);
  const canAct = events !== undefined;
  return sendPage(reply, 200, webhookPage({ endpoint, deliveries, names, canAct, message }));
}

/** @throws Problem 404 for what cannot be the id of an endpoint, and must not become a part of an address. */
function endpointOf({ params: { id } }: ById): string {
  if (parseId('webhookEndpoint', id) === undefined) throw problems.notFound('There is no such webhook endpoint.');
  return id;
}

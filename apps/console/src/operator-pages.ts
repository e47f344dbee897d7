import type { Database } from '@signalbox/database';
import { queryOf } from '@signalbox/html';
import { Problem } from '@signalbox/http';
import type { QueueBackend } from '@signalbox/queues';
import type { Logger } from '@signalbox/telemetry';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { readAppNames } from './apps/app-names.js';
import { broadcastRoutes } from './broadcasts/broadcasts.routes.js';
import { checkRoutes } from './checks/checks.routes.js';
import { deadLetterRoutes } from './dead-letters/dead-letters.routes.js';
import { deletionGuardRoutes } from './deletion-guards/deletion-guards.routes.js';
import { deviceRoutes } from './devices/devices.routes.js';
import { eventRoutes } from './events/events.routes.js';
import { findRoutes } from './find/find.routes.js';
import { holdRoutes } from './holds/holds.routes.js';
import { keyRoutes } from './keys/keys.routes.js';
import { notificationRoutes } from './notifications/notifications.routes.js';
import { Checkup } from './overview/checkup.js';
import { readAttention } from './overview/attention.js';
import { readOverview } from './overview/overview.js';
import { liveFigures } from './pages/live-figures.js';
import { takeMessage } from './pages/message.js';
import { servePages } from './pages/page-routes.js';
import { sendPage } from './pages/page.js';
import { serviceLinks } from './pages/service-links.js';
import { startPage } from './pages/start-page.js';
import { paymentRoutes } from './payments/payments.routes.js';
import { readBreakers } from './providers/breakers-of-push.js';
import { providerRoutes } from './providers/providers.routes.js';
import type { ServiceClient } from './services/service-client.js';
import { roleRoutes } from './roles/roles.routes.js';
import type { SandboxControl } from './sandbox/sandbox-control.js';
import { sandboxRoutes } from './sandbox/sandbox.routes.js';
import { userRoutes } from './users/users.routes.js';
import { webhookRoutes } from './webhooks/webhooks.routes.js';

export interface OperatorPagesParts {
  readonly push: ServiceClient;
  /** Absent where this console was not told where events is. */
  readonly events: ServiceClient | undefined;
  /** Absent where no sandbox stands in for the providers. */
  readonly sandbox: SandboxControl | undefined;
  readonly database: Database;
  readonly backend: QueueBackend;
  readonly logger: Logger;
  /** First port of the block that the services listen on, if it is known. */
  readonly portBase: number | undefined;
}

/** The console's own pages, all of them plain HTML that works without a script. */
export async function operatorPages(fastify: FastifyInstance, parts: OperatorPagesParts): Promise<void> {
  servePages(fastify, parts.logger);
  const checkup = new Checkup(parts.database);
  fastify.addHook('onClose', () => checkup.done());
  fastify.get('/', (request, reply) => showStart(parts, checkup, request, reply));
  await providerRoutes(fastify, parts);
  await deadLetterRoutes(fastify, parts);
  await holdRoutes(fastify, parts);
  await checkRoutes(fastify, parts);
  await deletionGuardRoutes(fastify, parts);
  await findRoutes(fastify, parts);
  await userRoutes(fastify, parts);
  await notificationRoutes(fastify, parts);
  await deviceRoutes(fastify, parts);
  await eventRoutes(fastify, parts);
  await keyRoutes(fastify, parts);
  await webhookRoutes(fastify, parts);
  await broadcastRoutes(fastify, parts);
  await paymentRoutes(fastify, parts);
  await sandboxRoutes(fastify, parts);
  await roleRoutes(fastify);
}

async function showStart(parts: OperatorPagesParts, checkup: Checkup, request: FastifyRequest, reply: FastifyReply) {
  const { push, database, backend, logger, portBase } = parts;
  const [overview, attention, breakers] = await Promise.all([
    readOverview(database).catch((error: unknown) => {
      logger.warn({ err: error }, 'the overview could not be read');
      return undefined;
    }),
    readAttention(push),
    readBreakers(push).catch((error: unknown) => {
      // The attention says that push does not answer.
      if (error instanceof Problem) return undefined;
      throw error;
    }),
  ]);
  const live = { overview, attention, breakers, findings: checkup.findings(), now: Date.now() };
  if (queryOf(request).has('live')) return reply.type('text/html; charset=utf-8').send(liveFigures(live).text);
  const shown = [attention.holds, attention.guards].flatMap((each) => (each instanceof Problem ? [] : [...each]));
  const names = await readAppNames(
    database,
    logger,
    shown.map(({ appId }) => appId),
  );
  const links = [
    ...(parts.sandbox === undefined ? [] : [{ text: 'Sandbox', url: '/sandbox' }]),
    ...serviceLinks(request.hostname, portBase),
  ];
  const message = takeMessage(request, reply);
  return sendPage(reply, 200, startPage({ ...live, names, backend: backend.kind, links, message }));
}

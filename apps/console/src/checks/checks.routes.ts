import { parseId, syntheticChecksAnswer } from '@signalbox/contracts';
import type { Database } from '@signalbox/database';
import { formOf } from '@signalbox/html';
import { problems } from '@signalbox/http';
import type { Logger } from '@signalbox/telemetry';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { readAppNames } from '../apps/app-names.js';
import { act } from '../pages/act.js';
import { takeMessage } from '../pages/message.js';
import { sendPage } from '../pages/page.js';
import type { ServiceClient } from '../services/service-client.js';
import { checksPage } from './checks-page.js';

type OfCredential = FastifyRequest<{ Params: { credentialId: string } }>;

/** Whether third parties take what we send with, as it is tried by the clock. */
export async function checkRoutes(
  fastify: FastifyInstance,
  { push, database, logger }: { push: ServiceClient; database: Database; logger: Logger },
): Promise<void> {
  fastify.get('/checks', async (request, reply) => {
    const { checks } = await push.ask(syntheticChecksAnswer, 'GET', '/v1/synthetic-checks');
    const apps = checks.map(({ appId }) => appId);
    const names = await readAppNames(database, logger, apps);
    return sendPage(reply, 200, checksPage({ checks, names, message: takeMessage(request, reply) }));
  });

  fastify.post('/checks/:credentialId/now', (request: OfCredential, reply) => {
    const id = credentialOf(request);
    const work = async (): Promise<string> => {
      await push.ask(z.undefined(), 'POST', `/v1/synthetic-checks/${id}/now`);
      return `${id} is tried within some seconds; load this page again then.`;
    };
    return act(logger, request, reply, { to: '/checks', work });
  });

  fastify.post('/checks/:credentialId/device', (request: OfCredential, reply) => {
    const id = credentialOf(request);
    const named = formOf(request).get('deviceId')?.trim() ?? '';
    const deviceId = named === '' ? null : named;
    const work = async (): Promise<string> => {
      await push.ask(z.undefined(), 'PUT', `/v1/synthetic-checks/${id}/device`, { deviceId });
      return deviceId === null ? `Checks of ${id} send nothing.` : `Checks of ${id} go to ${deviceId}.`;
    };
    return act(logger, request, reply, { to: '/checks', about: { deviceId }, work });
  });
}

function credentialOf({ params: { credentialId } }: OfCredential): string {
  if (parseId('credential', credentialId) === undefined) throw problems.notFound('There is no such credential.');
  return credentialId;
}

import { parseId } from '@signalbox/contracts';
import type { Sql } from '@signalbox/database';
import { formOf } from '@signalbox/html';
import { problems } from '@signalbox/http';
import type { Logger } from '@signalbox/telemetry';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { readAppNames } from '../apps/app-names.js';
import { act } from '../pages/act.js';
import { counted } from '../pages/numbers.js';
import { sendPage } from '../pages/page.js';
import type { ServiceClient } from '../services/service-client.js';
import { deletePage } from './delete-page.js';
import { readGuards, releaseGuard } from './guards-of-push.js';

export interface DeletionGuardPages {
  readonly push: ServiceClient;
  readonly database: Sql;
  readonly logger: Logger;
}

type OfGuard = FastifyRequest<{ Params: { credentialId: string } }>;

/** The two ways out for devices that were not deleted; deleting them asks once more. */
export async function deletionGuardRoutes(fastify: FastifyInstance, parts: DeletionGuardPages): Promise<void> {
  const { push, database, logger } = parts;

  fastify.post('/deletion-guards/:credentialId/keep', (request: OfGuard, reply) => {
    const id = credentialOf(request);
    const work = async () => `${counted(await releaseGuard(push, id, { verdict: 'keep' }), 'device')} kept.`;
    return act(logger, request, reply, { to: '/', work });
  });

  fastify.get(
    '/deletion-guards/:credentialId/delete',
    { config: { role: 'admin' } },
    async (request: OfGuard, reply) => {
      const id = credentialOf(request);
      const guard = (await readGuards(push)).find(({ credentialId }) => credentialId === id);
      if (guard === undefined) throw problems.notFound('This credential holds no devices back any more.');
      return sendPage(reply, 200, deletePage(guard, await readAppNames(database, logger, [guard.appId])));
    },
  );

  fastify.post('/deletion-guards/:credentialId/delete', { config: { role: 'admin' } }, (request: OfGuard, reply) => {
    const id = credentialOf(request);
    const hours = formOf(request).get('openForHours') ?? '';
    const verdict = { verdict: 'delete' as const, ...(hours === '' ? {} : { openForHours: Number(hours) }) };
    const work = async () => `${counted(await releaseGuard(push, id, verdict), 'device')} deleted.`;
    return act(logger, request, reply, { to: '/', work });
  });
}

/** @throws Problem 404 for what cannot be the id of a credential, and must not become a part of an address. */
function credentialOf(request: OfGuard): string {
  const { credentialId } = request.params;
  if (parseId('credential', credentialId) === undefined) throw problems.notFound('There is no such credential.');
  return credentialId;
}

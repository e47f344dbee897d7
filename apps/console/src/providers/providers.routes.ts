import { type BreakerRequest, breakerRequest, parseId } from '@signalbox/contracts';
import type { Sql } from '@signalbox/database';
import { formOf } from '@signalbox/html';
import { problems } from '@signalbox/http';
import type { Logger } from '@signalbox/telemetry';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { readAppNames } from '../apps/app-names.js';
import { readFigures } from '../figures/read-figures.js';
import { act } from '../pages/act.js';
import { takeMessage } from '../pages/message.js';
import { sendPage } from '../pages/page.js';
import type { ServiceClient } from '../services/service-client.js';
import { readBreakers, setBreaker } from './breakers-of-push.js';
import { providersPage } from './providers-page.js';
import { readEdges } from './read-edges.js';
import { readFlags } from './read-flags.js';
import { readGateways } from './read-gateways.js';

interface Parts {
  readonly push: ServiceClient;
  readonly database: Sql;
  readonly logger: Logger;
}

type OfBreaker = FastifyRequest<{ Params: { credentialId: string } }>;

/** `/providers`, and the levers of the breakers on it. */
export async function providerRoutes(fastify: FastifyInstance, parts: Parts): Promise<void> {
  const { push, logger } = parts;
  fastify.get('/providers', (request, reply) => showProviders(parts, request, reply));
  fastify.post('/breakers/:credentialId', (request: OfBreaker, reply) => {
    const { credentialId } = request.params;
    if (parseId('credential', credentialId) === undefined) throw problems.notFound('There is no such credential.');
    const form = formOf(request);
    const about = { position: form.get('position') ?? '', reason: form.get('reason') ?? '' };
    const work = async () => {
      const asked = requestOf(form);
      await setBreaker(push, credentialId, asked);
      return DONE[asked.position];
    };
    return act(logger, request, reply, { to: '/providers', about, work });
  });
}

const DONE: Readonly<Record<BreakerRequest['position'], string>> = {
  open: 'Isolated: within seconds no process sends with it, and what is meant for it waits.',
  closed: 'Kept closed: within seconds every process sends with it, however the provider answers.',
  automatic: 'Left to itself. What waited for an operator is sent now.',
};

/** @throws Problem that names what is wrong with the form. */
function requestOf(form: URLSearchParams): BreakerRequest {
  const minutes = Number(form.get('minutes') ?? 0);
  const until = minutes > 0 ? { until: new Date(Date.now() + minutes * 60_000).toISOString() } : {};
  const parsed = breakerRequest.safeParse({
    position: form.get('position'),
    reason: form.get('reason') ?? '',
    ...until,
  });
  if (parsed.success) return parsed.data;
  throw problems.invalid(
    parsed.error.issues.map(({ path, message }) => ({ pointer: `/${path.join('/')}`, reason: message })),
  );
}

async function showProviders({ push, database, logger }: Parts, request: FastifyRequest, reply: FastifyReply) {
  const unread = (error: unknown): undefined => {
    logger.warn({ err: error }, 'the figures of providers could not be read');
    return undefined;
  };
  const [breakers, figures, edges, flags, gateways] = await Promise.all([
    readBreakers(push),
    readFigures(database).catch(unread),
    readEdges(database).catch(unread),
    readFlags(database).catch(unread),
    readGateways(database).catch(unread),
  ]);
  const names = await readAppNames(
    database,
    logger,
    [...breakers, ...(gateways?.open ?? [])].map(({ appId }) => appId),
  );
  const message = takeMessage(request, reply);
  const page = { breakers, figures, edges: edges ?? [], flags: flags ?? [], gateways, names, message, now: Date.now() };
  return sendPage(reply, 200, providersPage(page));
}

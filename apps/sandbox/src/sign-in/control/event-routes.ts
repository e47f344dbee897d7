import type { FastifyInstance } from 'fastify';
import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { Problem, valid } from '../../control/problem.js';
import type { Client } from '../clients/client.js';
import { APPLE_EVENTS } from '../events/apple-events.js';
import { letHappen } from '../events/consequences.js';
import { RISC_EVENTS } from '../events/risc-events.js';
import { packed } from '../events/pack.js';
import type { Provider } from '../providers/provider.js';
import type { SignInSide } from '../sign-in-side.js';
import { TOKEN_TWISTS } from '../tokens/twists.js';
import { missing, providerOf } from './provider-params.js';

const receiverBody = z.strictObject({
  url: z.url({ protocol: /^https?$/ }),
  /** Whom events are addressed to; absent: Apple's bundle, or the first web client. */
  clientId: z.string().optional(),
});
const eventFields = {
  /** Anybody: also whom the provider does not know. */
  sub: z.string().default(''),
  /** Given again, it is a replay. */
  jti: z.string().min(1).max(255).optional(),
  /** What is wrong with its signature and its claims. */
  twists: z.array(z.enum(TOKEN_TWISTS)).default([]),
};
const appleBody = z.strictObject({ type: z.enum(APPLE_EVENTS), ...eventFields });
const riscBody = z.strictObject({
  type: z.enum(RISC_EVENTS),
  /** Why an account is disabled (`hijacking`, `bulk-account`); the state of a verification. */
  reason: z.string().optional(),
  ...eventFields,
});
const idParams = z.object({ id: z.string() });

/** Who hears of changes of people's accounts, and making such changes. */
export function addSignInEventRoutes(server: FastifyInstance, signIn: SignInSide): void {
  const { dispatcher, receivers } = signIn;

  server.get('/v1/sign-in/receivers', () => ({ receivers: receivers.all() }));

  server.post('/v1/sign-in/:provider/receivers', (request, reply) => {
    const provider = providerOf(signIn, request.params);
    const { url, clientId = addressee(provider) } = valid(receiverBody, request.body);
    if (!provider.clients.find(clientId)) throw missing('client', clientId, provider);
    return reply.status(201).send(receivers.add({ provider: provider.name, url, clientId }));
  });

  server.delete('/v1/sign-in/receivers/:id', (request, reply) => {
    const { id } = valid(idParams, request.params);
    if (!receivers.remove(id)) throw new Problem(404, 'not_found', `there is no receiver ${id}`);
    return reply.status(204).send();
  });

  server.post('/v1/sign-in/:provider/events', async (request, reply) => {
    const provider = providerOf(signIn, request.params);
    const { type, sub, jti = randomUUID(), twists, reason } = readEvent(provider, request.body);
    const event = { type, sub, person: provider.people.find(sub), reason, jti, at: Date.now() };
    const takers = receivers.of(provider.name);
    const parcels = await Promise.all(takers.map(({ clientId }) => packed(provider, event, clientId, twists)));
    for (const { clientId } of takers) letHappen(provider, type, sub, clientId);
    takers.forEach((receiver, index) => dispatcher.dispatch(receiver, parcels[index]!));
    return reply.status(201).send({ jti, sent: takers.length });
  });
}

/** @throws Problem 422 */
function readEvent(
  { name }: Provider,
  body: unknown,
): z.output<typeof riscBody> | (z.output<typeof appleBody> & { reason?: undefined }) {
  return name === 'apple' ? valid(appleBody, body) : valid(riscBody, body);
}

function addressee({ name, clients }: Provider): string {
  const kind: Client['kind'] = name === 'apple' ? 'bundle' : 'web';
  return clients.all().find((client) => client.kind === kind)?.clientId ?? '';
}

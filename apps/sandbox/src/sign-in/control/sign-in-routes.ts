import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { addList, count } from '../../control/list-route.js';
import type { SignInSide } from '../sign-in-side.js';
import { addSignInBehaviourRoutes } from './behaviour-routes.js';
import { addClientRoutes } from './client-routes.js';
import { addSignInEventRoutes } from './event-routes.js';
import { addNativeRoutes } from './native-routes.js';
import { addPeopleRoutes } from './people-routes.js';
import { providerOf } from './provider-params.js';

const text = z.string().optional();
const callFilter = z.strictObject({
  provider: text,
  route: text,
  method: text,
  clientId: text,
  grantType: text,
  decidedBy: text,
  error: text,
  status: count.optional(),
});
const eventFilter = z.strictObject({
  receiverId: text,
  provider: text,
  jti: text,
  type: text,
  sub: text,
  ending: text,
  status: count.optional(),
});

/** The control API of the sign-in side. */
export function addSignInRoutes(server: FastifyInstance, signIn: SignInSide): void {
  addList(server, '/v1/sign-in/requests', 'requests', signIn.calls, callFilter);
  addList(server, '/v1/sign-in/deliveries', 'deliveries', signIn.deliveries, eventFilter);
  addPeopleRoutes(server, signIn);
  addClientRoutes(server, signIn);
  addSignInBehaviourRoutes(server, signIn);
  addNativeRoutes(server, signIn);
  addSignInEventRoutes(server, signIn);

  server.post('/v1/sign-in/reset', (_request, reply) => {
    signIn.reset();
    return reply.status(204).send();
  });

  server.post('/v1/sign-in/:provider/reset', (request, reply) => {
    providerOf(signIn, request.params).forget();
    return reply.status(204).send();
  });
}

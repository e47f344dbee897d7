import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { deliveryBehaviour } from '../../control/delivery-schema.js';
import { describeFault, faultFields, ms, oneEnding, toFault } from '../../control/fault-schema.js';
import { valid } from '../../control/problem.js';
import { ORDINARY_DELIVERY } from '../../deliver/delivery-behaviour.js';
import { ORDINARY_SIGN_IN } from '../faults/behaviour.js';
import { BODY_TWISTS } from '../faults/bodies.js';
import { ENDPOINTS } from '../providers/dialect.js';
import type { Provider } from '../providers/provider.js';
import type { SignInSide } from '../sign-in-side.js';
import { publicJwk } from '../tokens/signing-keys.js';
import { TOKEN_TWISTS } from '../tokens/twists.js';
import { providerOf } from './provider-params.js';

const fault = faultFields(new RegExp(`^(${ENDPOINTS.join('|')})$`), 'token')
  .extend({ body: z.enum(BODY_TWISTS).optional(), overMs: ms.default(60_000) })
  .superRefine(oneEnding);
const issuer = z.string().max(1000).optional();
/** What holds for one provider, as it is written. */
const behaviour = z.strictObject({
  blackhole: z.boolean().default(false),
  latencyMs: ms.default(0),
  faults: z.array(fault).max(100).default([]),
  issuer: z.strictObject({ discovery: issuer, responses: issuer, tokens: issuer }).default({}),
  idToken: z.array(z.enum(TOKEN_TWISTS)).default([]),
});
const rotateBody = z.strictObject({ keepOld: z.boolean().default(true) });

/** What goes wrong with a provider, which keys it has, and what happens to security events on their way. */
export function addSignInBehaviourRoutes(server: FastifyInstance, signIn: SignInSide): void {
  const { dispatcher } = signIn;

  server.get('/v1/sign-in/:provider/behaviour', (request) => described(providerOf(signIn, request.params)));

  server.put('/v1/sign-in/:provider/behaviour', (request) => {
    const provider = providerOf(signIn, request.params);
    const { faults, ...rest } = valid(behaviour, request.body);
    const wanted = faults.map((one) => ({ ...toFault(one, undefined), body: one.body, overMs: one.overMs }));
    provider.faults.behaviour = { ...rest, faults: wanted };
    return described(provider);
  });

  server.delete('/v1/sign-in/:provider/behaviour', (request, reply) => {
    providerOf(signIn, request.params).faults.behaviour = ORDINARY_SIGN_IN;
    return reply.status(204).send();
  });

  server.get('/v1/sign-in/:provider/keys', async (request) => ({
    keys: (await providerOf(signIn, request.params).signingKeys()).map(publicJwk),
  }));

  server.post('/v1/sign-in/:provider/keys/rotate', async (request) => {
    const provider = providerOf(signIn, request.params);
    const { keepOld } = valid(rotateBody, request.body ?? {});
    return { keys: (await provider.rotateKeys(keepOld)).map(publicJwk) };
  });

  server.get('/v1/sign-in/delivery-behaviour', () => dispatcher.behaviour);

  server.put('/v1/sign-in/delivery-behaviour', (request) => {
    dispatcher.behaviour = valid(deliveryBehaviour, request.body);
    return dispatcher.behaviour;
  });

  server.delete('/v1/sign-in/delivery-behaviour', (_request, reply) => {
    dispatcher.behaviour = ORDINARY_DELIVERY;
    return reply.status(204).send();
  });
}

function described({ faults }: Provider): object {
  const { faults: list, ...rest } = faults.behaviour;
  const used = faults.used();
  return { ...rest, faults: list.map((one, index) => describeFault(one, {}, used[index] ?? 0)) };
}

import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { Problem, valid } from '../../control/problem.js';
import type { Shown } from '../objects/stripe-object.js';
import type { StripeSide } from '../stripe-side.js';
import type { Account } from '../world/account.js';
import { accountFields, accountOf, idParams } from './acting.js';

const type = z.string().regex(/^[a-z0-9_.]{3,100}$/, 'a type such as payment_intent.succeeded');
const emitBody = z.strictObject({
  ...accountFields,
  type,
  /** The object it is about; or, for what the sandbox does not keep, the object itself. */
  objectId: z.string().optional(),
  object: z.looseObject({ object: z.string() }).optional(),
  /** Put over the object in the event, and nowhere else. */
  patch: z.record(z.string(), z.unknown()).default({}),
  /** Seconds since 1970. */
  created: z.int().min(0).optional(),
});
const failureBody = z.strictObject({ ...accountFields, type, objectId: z.string() });
const resendBody = z.strictObject({ endpointId: z.string().optional() });

/** Events by hand: any type, of any time, and those that were sent already once more. */
export function addEventRoutes(server: FastifyInstance, stripe: StripeSide): void {
  server.post('/v1/stripe/events', (request, reply) => {
    const { type: wanted, objectId, object, patch, created, ...who } = valid(emitBody, request.body);
    const account = accountOf(stripe, who);
    const shown: Shown = { ...(object ?? knownObject(account, objectId)), ...patch };
    return reply.status(201).send(account.emit(wanted, shown, undefined, created));
  });

  server.post('/v1/stripe/events/:id/resend', (request) => {
    const { id } = valid(idParams, request.params);
    const { endpointId } = valid(resendBody, request.body ?? {});
    for (const account of stripe.accounts.all()) {
      const event = account.findEvent(id);
      if (event) return { sent: stripe.publisher.resend(account, event, endpointId) };
    }
    throw new Problem(404, 'not_found', `no account has the event ${id}`);
  });

  server.post('/v1/stripe/generation-failures', (request, reply) => {
    const { type: wanted, objectId, ...who } = valid(failureBody, request.body);
    const account = accountOf(stripe, who);
    stripe.tellGenerationFailure(account, wanted, knownObject(account, objectId));
    return reply.status(204).send();
  });
}

function knownObject(account: Account, id: string | undefined): Shown {
  const object = id === undefined ? undefined : account.objects.findAny(id);
  if (!object) throw new Problem(404, 'not_found', `${account.id} has no object ${id ?? ''}: give objectId, or object`);
  return object;
}

import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { Problem, valid } from '../control/problem.js';
import type { Phones } from './phones.js';

const params = z.strictObject({ token: z.string().min(1).max(4096) });
const phoneBody = z.strictObject({
  url: z.url({ protocol: /^https?$/ }).transform((url) => url.replace(/\/+$/, '')),
  key: z.string().min(1).max(8_192),
  userToken: z.string().min(1).max(8_192).optional(),
  installationId: z.string().min(1).max(128).optional(),
  says: z
    .array(z.enum(['received', 'opened', 'dismissed']))
    .min(1)
    .max(10),
});

/** Phones that tell what became of what they got. */
export function addPhoneRoutes(server: FastifyInstance, phones: Phones): void {
  const described = (token: string): object => {
    const known = phones.find(token);
    if (known === undefined) throw new Problem(404, 'not_found', `no phone with the token ${token} says anything`);
    const { url, installationId, says } = known.phone;
    return { token, url, installationId, says, answers: known.answers };
  };
  server.put('/v1/phones/:token', (request) => {
    const { token } = valid(params, request.params);
    if (!phones.set(token, valid(phoneBody, request.body)))
      throw new Problem(409, 'too_many_phones', 'too many phones speak: remove some with DELETE /v1/phones/{token}');
    return described(token);
  });
  server.get('/v1/phones/:token', (request) => described(valid(params, request.params).token));
  server.delete('/v1/phones/:token', (request, reply) => {
    const { token } = valid(params, request.params);
    if (!phones.remove(token)) throw new Problem(404, 'not_found', `no phone with the token ${token} says anything`);
    return reply.status(204).send();
  });
}

import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { TokenScript } from '../apns/script.js';
import { TOKEN_PREFIXES } from '../apns/token-prefixes.js';
import type { Controlled } from './controlled.js';
import { outcomeSchema, toFields } from './outcome-schema.js';
import { Problem, valid } from './problem.js';

const tokenParams = z.strictObject({
  token: z.string().regex(/^[0-9a-fA-F]{1,200}$/, 'a device token: hexadecimal digits'),
});
const scriptBody = z.strictObject({
  outcome: outcomeSchema,
  times: z.int().min(1).max(1_000_000).optional(),
});

/** Outcomes of single devices. */
export function addTokenRoutes(server: FastifyInstance, { script }: Controlled): void {
  server.put('/v1/apns/tokens/:token', (request) => {
    const { token } = valid(tokenParams, request.params);
    const { outcome, times } = valid(scriptBody, request.body);
    if (!script.set(token, outcome, times)) {
      throw new Problem(
        409,
        'too_many_scripts',
        'too many tokens are scripted: remove some with DELETE /v1/apns/tokens',
      );
    }
    return described(token, { outcome, remaining: times, used: 0 });
  });

  server.get('/v1/apns/tokens/:token', (request) => {
    const { token } = valid(tokenParams, request.params);
    const found = script.find(token);
    if (!found) throw new Problem(404, 'not_found', `token ${token} is not scripted`);
    return described(token, found);
  });

  server.delete('/v1/apns/tokens/:token', (request, reply) => {
    const { token } = valid(tokenParams, request.params);
    if (!script.remove(token)) throw new Problem(404, 'not_found', `token ${token} is not scripted`);
    return reply.status(204).send();
  });

  server.delete('/v1/apns/tokens', (_request, reply) => {
    script.removeAll();
    return reply.status(204).send();
  });

  server.get('/v1/apns/token-prefixes', () => ({
    prefixes: [...TOKEN_PREFIXES].map(([prefix, { meaning }]) => ({ prefix, meaning })),
  }));
}

function described(token: string, { outcome, remaining, used }: TokenScript): object {
  return { token, outcome: toFields(outcome), remaining, used };
}

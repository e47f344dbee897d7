import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { appleIdentifier, isP256PublicKey } from '../identity/provider-keys.js';
import type { ControlledApns } from './controlled.js';
import { Problem, valid } from './problem.js';

const keyParams = z.strictObject({ keyId: appleIdentifier });
const keyBody = z.strictObject({
  teamId: appleIdentifier,
  publicKey: z.string().refine(isP256PublicKey, 'a P-256 public key in PEM: openssl pkey -in AuthKey.p8 -pubout'),
});

/** The credential to send with, the certificate authority to trust, and further keys. */
export function addKeyRoutes(server: FastifyInstance, { keys, endpoint }: ControlledApns): void {
  server.get('/v1/apns/credential', () => ({ ...keys.demoCredential(), endpoint }));

  server.get('/v1/apns/ca.pem', (_request, reply) =>
    reply.header('content-type', 'application/x-pem-file').send(endpoint.ca),
  );

  server.get('/v1/apns/keys', () => ({ keys: keys.list() }));

  server.post('/v1/apns/keys', async (_request, reply) => {
    const credential = await keys.mint();
    return reply.status(201).send({ ...credential, endpoint });
  });

  server.put('/v1/apns/keys/:keyId', async (request) => {
    const { keyId } = valid(keyParams, request.params);
    const body = valid(keyBody, request.body);
    await keys.register({ keyId, ...body });
    return { keyId, teamId: body.teamId };
  });

  server.delete('/v1/apns/keys/:keyId', async (request, reply) => {
    const { keyId } = valid(keyParams, request.params);
    if (!(await keys.revoke(keyId))) throw new Problem(404, 'not_found', `no key ${keyId} is registered`);
    return reply.status(204).send();
  });
}

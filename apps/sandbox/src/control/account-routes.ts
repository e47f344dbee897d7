import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { TOKEN_PATH } from '../fcm/token-endpoint.js';
import { googleProjectId, type ServiceAccountKey } from '../identity/service-accounts.js';
import type { ControlledFcm } from './controlled.js';
import { Problem, valid } from './problem.js';

const accountBody = z.strictObject({ projectId: googleProjectId.optional() });
const keyParams = z.strictObject({
  keyId: z.string().regex(/^[0-9a-f]{1,64}$/, 'a private_key_id: hexadecimal digits'),
});

/** The service account to send with, the certificate authority to trust, and further accounts and keys. */
export function addAccountRoutes(server: FastifyInstance, { accounts, endpoint }: ControlledFcm): void {
  const credential = (key: ServiceAccountKey): object => ({
    ...key,
    token_uri: endpoint.origin + TOKEN_PATH,
    endpoint,
  });

  server.get('/v1/fcm/credential', () => credential(accounts.demoKey()));

  server.get('/v1/fcm/ca.pem', (_request, reply) =>
    reply.header('content-type', 'application/x-pem-file').send(endpoint.ca),
  );

  server.get('/v1/fcm/accounts', () => ({ accounts: accounts.list() }));

  server.post('/v1/fcm/accounts', async (request, reply) => {
    const { projectId } = valid(accountBody, request.body ?? {});
    return reply.status(201).send(credential(await accounts.mint(projectId)));
  });

  server.delete('/v1/fcm/accounts/:keyId', async (request, reply) => {
    const { keyId } = valid(keyParams, request.params);
    if (!(await accounts.revoke(keyId))) throw new Problem(404, 'not_found', `no service account has the key ${keyId}`);
    return reply.status(204).send();
  });
}

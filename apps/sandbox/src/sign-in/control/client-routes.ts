import type { FastifyInstance } from 'fastify';
import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import { valid } from '../../control/problem.js';
import { appleIdentifier } from '../../identity/provider-keys.js';
import type { Client } from '../clients/client.js';
import type { Provider } from '../providers/provider.js';
import type { SignInSide } from '../sign-in-side.js';
import { missing, providerOf } from './provider-params.js';

const clientId = z.string().regex(/^[\x21-\x7e]{1,255}$/, '1 to 255 visible ASCII characters');
const redirectUris = z.array(z.url()).min(1).optional();
const webBody = z.strictObject({
  clientId: clientId.optional(),
  clientSecret: z.string().min(1).max(255).optional(),
  redirectUris,
});
const googleBody = z.union([webBody, z.strictObject({ clientId, kind: z.literal('native') })]);
const appleBody = z.strictObject({
  clientId,
  kind: z.enum(['bundle', 'services']),
  teamId: appleIdentifier.optional(),
  redirectUris,
});
const clientParams = z.object({ clientId: z.string() });

/** Which apps are registered at a provider, and what their backends need. */
export function addClientRoutes(server: FastifyInstance, signIn: SignInSide): void {
  server.get('/v1/sign-in/:provider/client', (request) => configurationOf(signIn, providerOf(signIn, request.params)));

  server.get('/v1/sign-in/:provider/clients', (request) => ({
    clients: providerOf(signIn, request.params).clients.all(),
  }));

  server.post('/v1/sign-in/:provider/clients', (request, reply) => {
    const provider = providerOf(signIn, request.params);
    const client = readClient(signIn, provider, request.body ?? {});
    provider.clients.put(client);
    return reply.status(201).send({ ...client, issuer: provider.issuer });
  });

  server.delete('/v1/sign-in/:provider/clients/:clientId', (request, reply) => {
    const provider = providerOf(signIn, request.params);
    const { clientId: id } = valid(clientParams, request.params);
    if (!provider.clients.remove(id)) throw missing('client', id, provider);
    return reply.status(204).send();
  });
}

/** @throws Problem 422 */
function readClient(signIn: SignInSide, { name }: Provider, body: unknown): Client {
  if (name === 'apple') {
    const { teamId = signIn.teamKeys.demoCredential().teamId, ...client } = valid(appleBody, body);
    return { ...client, teamId };
  }
  const client = name === 'google' ? valid(googleBody, body) : valid(webBody, body);
  if ('kind' in client) return client;
  const made = { clientId: randomBytes(8).toString('hex'), clientSecret: randomBytes(16).toString('hex') };
  return {
    kind: 'web',
    clientId: client.clientId ?? made.clientId,
    clientSecret: client.clientSecret ?? made.clientSecret,
    redirectUris: client.redirectUris,
  };
}

/** All that a backend must know of the first client of its kind. */
function configurationOf(signIn: SignInSide, { name, issuer, clients }: Provider): object {
  const idsOf = (kind: Client['kind']): string[] =>
    clients.all().flatMap((client) => (client.kind === kind ? [client.clientId] : []));
  if (name === 'apple') {
    const team = signIn.teamKeys.demoCredential();
    return { issuer, ...team, servicesId: idsOf('services')[0], bundleIds: idsOf('bundle') };
  }
  const web = clients.all().find((client) => client.kind === 'web');
  const credential = { issuer, clientId: web?.clientId, clientSecret: web?.clientSecret };
  return name === 'google' ? { ...credential, nativeClientIds: idsOf('native') } : credential;
}

import type { FastifyInstance } from 'fastify';
import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { valid } from '../../control/problem.js';
import { type Person, relayAddress } from '../people/person.js';
import type { Provider } from '../providers/provider.js';
import type { SignInSide } from '../sign-in-side.js';
import { missing, providerOf } from './provider-params.js';

const personBody = z.strictObject({
  sub: z.string().min(1).max(255).optional(),
  /** Not checked: a provider may tell what is no mail address. */
  email: z.string().max(1000).optional(),
  emailVerified: z.boolean().default(true),
  privateRelay: z.boolean().default(false),
  name: z.string().max(10_000).optional(),
});
const decisionBody = z.union([z.strictObject({ sub: z.string() }), z.strictObject({ cancel: z.literal(true) })]);
const subParams = z.object({ sub: z.string() });

/** Who has an account, who signs in without being asked, and what they have allowed. */
export function addPeopleRoutes(server: FastifyInstance, signIn: SignInSide): void {
  server.get('/v1/sign-in/:provider/people', (request) => {
    const provider = providerOf(signIn, request.params);
    return { people: provider.people.all().map((person) => described(provider, person)) };
  });

  server.post('/v1/sign-in/:provider/people', (request, reply) => {
    const provider = providerOf(signIn, request.params);
    const { sub = randomUUID(), email, name, ...rest } = valid(personBody, request.body ?? {});
    const person = { sub, email, name, ...rest };
    provider.people.put(person);
    return reply.status(201).send(described(provider, person));
  });

  server.delete('/v1/sign-in/:provider/people/:sub', (request, reply) => {
    const provider = providerOf(signIn, request.params);
    const { sub } = valid(subParams, request.params);
    if (!provider.people.remove(sub)) throw missing('person', sub, provider);
    return reply.status(204).send();
  });

  server.get('/v1/sign-in/:provider/decision', (request) => shown(providerOf(signIn, request.params)));

  server.put('/v1/sign-in/:provider/decision', (request) => {
    const provider = providerOf(signIn, request.params);
    const decision = valid(decisionBody, request.body);
    if ('sub' in decision && !provider.people.find(decision.sub)) throw missing('person', decision.sub, provider);
    provider.decision = 'sub' in decision ? { kind: 'person', sub: decision.sub } : { kind: 'cancel' };
    return shown(provider);
  });

  server.delete('/v1/sign-in/:provider/decision', (request, reply) => {
    providerOf(signIn, request.params).decision = undefined;
    return reply.status(204).send();
  });

  server.get('/v1/sign-in/:provider/grants', (request) => {
    const { grants } = providerOf(signIn, request.params);
    return { grants: grants.lasting().map(({ sub, clientId, scopes }) => ({ sub, clientId, scopes })) };
  });
}

function described({ name }: Provider, person: Person): object {
  return name === 'apple' && person.privateRelay ? { ...person, relayAddress: relayAddress(person) } : person;
}

function shown({ decision }: Provider): object {
  if (!decision) return {};
  return decision.kind === 'person' ? { sub: decision.sub } : { cancel: true };
}

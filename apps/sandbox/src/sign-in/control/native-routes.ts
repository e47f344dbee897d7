import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { Problem, valid } from '../../control/problem.js';
import type { Grant } from '../grants/grant.js';
import type { Provider } from '../providers/provider.js';
import type { SignInSide } from '../sign-in-side.js';
import { idToken } from '../tokens/id-token.js';
import { missing, providerOf } from './provider-params.js';

const nativeBody = z.strictObject({
  /** Of the person, or their mail address. */
  sub: z.string(),
  /** The app on the phone; absent: the first one that there is. */
  clientId: z.string().optional(),
  /** Google's server client id: whom the token is for. Absent: the first web client. */
  audience: z.string().optional(),
  nonce: z.string().optional(),
  scopes: z.array(z.string()).optional(),
});

/** Somebody signs in with the SDK on a phone: what it hands to the app. */
export function addNativeRoutes(server: FastifyInstance, signIn: SignInSide): void {
  server.post('/v1/sign-in/:provider/native', async (request, reply) => {
    const provider = providerOf(signIn, request.params);
    const body = valid(nativeBody, request.body);
    const known = provider.people.hinted(body.sub);
    const person = known && provider.person(known.sub);
    if (!person) throw missing('person', body.sub, provider);
    const { askedBy, clientId } = partiesOf(provider, body);
    const client = provider.clients.find(clientId);
    if (!client) throw missing('client', clientId, provider);
    const first = provider.consent(client, person.sub);
    const { dialect, grants } = provider;
    const grant: Grant = {
      ...{ sub: person.sub, clientId, askedBy, nonce: body.nonce, offline: true },
      scopes: body.scopes ?? (provider.name === 'apple' ? ['email', 'name'] : ['openid', 'email', 'profile']),
      authTime: Math.floor(Date.now() / 1000),
      redirectUri: undefined,
      challenge: undefined,
      realUserStatus: provider.name === 'apple' && first ? 2 : undefined,
    };
    const code = dialect.newCode();
    grants.issueCode(code, grant, dialect.codeSeconds);
    const user = dialect.userParam(person, grant.scopes, first);
    const hashed = provider.name === 'apple' ? { code } : {};
    const token = await idToken(provider, person, grant, hashed);
    return reply.status(201).send(dialect.nativeAnswer({ idToken: token, code, user }));
  });
}

/** Who asks, and for whom the token is: the same at Apple, the app and its backend at Google. @throws Problem 422 */
function partiesOf(
  { name, clients }: Provider,
  given: z.output<typeof nativeBody>,
): { askedBy: string; clientId: string } {
  const kinds = name === 'google' ? ['native', 'web'] : name === 'apple' ? ['bundle', 'bundle'] : ['web', 'web'];
  const [asks, hears] = kinds.map((kind) => clients.all().find((client) => client.kind === kind)?.clientId);
  const askedBy = given.clientId ?? asks;
  const clientId = name === 'google' ? (given.audience ?? hears) : askedBy;
  if (askedBy === undefined || clientId === undefined)
    throw new Problem(422, 'invalid_request', '/clientId: there is no client for phones: name one');
  return { askedBy, clientId };
}

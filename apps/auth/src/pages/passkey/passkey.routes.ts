import { formOf } from '@signalbox/html';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { again, type Answer, type Desk, follow, type Guest } from '../desk.js';

/** A passkey, instead of a password or beside it. What asks for it is the script of the page. */
export async function passkeyRoutes(fastify: FastifyInstance, desk: Desk): Promise<void> {
  fastify.post('/sign-in/:uid/passkey/options', (request, reply) => options(desk, request, reply));
  fastify.post(
    '/sign-in/:uid/passkey',
    desk.taking('login', async (guest, form) => signIn(desk, guest, form)),
  );
}

async function options(desk: Desk, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  const guest = await desk.guest(request, reply);
  if (guest === undefined || !desk.tokens.accepts(request, formOf(request), guest.open.uid)) {
    return reply.code(403).header('cache-control', 'no-store').send();
  }
  const { open, appId } = guest;
  const { userId } = await desk.parts.flow.progressOf(open);
  const asked = await desk.parts.passkeys.begin({ appId, binding: open.uid }, userId);
  return reply.header('cache-control', 'no-store').type('application/json').send(JSON.stringify(asked));
}

async function signIn({ parts }: Desk, guest: Guest, form: URLSearchParams): Promise<Answer> {
  const { open, appId, visitor } = guest;
  const signedIn = await parts.passkeys.finish({ appId, binding: open.uid }, readCredential(form));
  if (signedIn.end === 'passed') return follow(guest, await parts.flow.passed(open, signedIn.factor, visitor));
  const { userId } = await parts.flow.progressOf(open);
  return again(guest, userId === undefined ? 'login' : 'second-factor', [{ code: 'passkey_refused' }]);
}

/** Whatever a browser says that it got; the reader of it trusts nothing. */
function readCredential(form: URLSearchParams): unknown {
  try {
    return JSON.parse(form.get('credential') ?? '');
  } catch {
    return undefined;
  }
}

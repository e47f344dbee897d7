import { queryOf, readCookie } from '@signalbox/html';
import { Problem, prefixOf, problems } from '@signalbox/http';
import type { Logger } from '@signalbox/telemetry';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { ActionJournal } from '../journal/action-journal.js';
import { crossSiteCookie } from '../pages/cookies.js';
import { loginPage, signedInPage } from '../pages/login-page.js';
import { sendPage } from '../pages/page.js';
import { type AuthDoor, CALLBACK_PATH, readPending } from './auth-door.js';
import type { OperatorDirectory } from './operator-directory.js';
import { ownPath } from './own-path.js';
import { accountCookie, sessionCookie } from './session-cookie.js';
import type { Sessions } from './sessions.js';

export interface AccountParts {
  readonly door: AuthDoor;
  readonly sessions: Sessions;
  readonly directory: OperatorDirectory;
  readonly journal: ActionJournal;
  readonly logger: Logger;
}

const PENDING = 'signalbox_sign_in';
/** A sign-in at the auth service ends by itself after half an hour. Seconds. */
const PENDING_FOR = 1_800;

/** The way to the auth service's pages, and back. */
export async function accountRoutes(fastify: FastifyInstance, parts: AccountParts): Promise<void> {
  fastify.get('/login/start', async (request, reply) => {
    const next = ownPath(queryOf(request).get('next') ?? undefined);
    try {
      const { url, pending } = await parts.door.begin(next);
      const kept = Buffer.from(JSON.stringify(pending)).toString('base64url');
      return await reply
        .header('set-cookie', crossSiteCookie(request, PENDING, kept, CALLBACK_PATH, PENDING_FOR))
        .redirect(url.href, 303);
    } catch (error) {
      return sayWhy(reply, next, error);
    }
  });
  fastify.get(CALLBACK_PATH, (request, reply) => finish(parts, request, reply));
}

async function finish(parts: AccountParts, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  const { door, sessions, directory, journal, logger } = parts;
  const pending = readPending(readCookie(request, PENDING));
  const next = ownPath(pending?.next);
  try {
    if (pending === undefined) throw problems.unauthenticated('This browser began no sign-in here. Begin again.');
    const { holder, idToken } = await door.finish(request.url.slice(request.url.indexOf('?')), pending);
    const found = await directory.find(holder);
    if (found.kind === 'operator') {
      const { id, role } = found.operator;
      logger.info({ address: request.ip, operator: id, role }, 'an operator signed in');
      await journal.record({ kind: 'signed_in', operator: id, role, network: prefixOf(request.ip) });
    }
    reply.header('set-cookie', [
      sessionCookie(request, sessions.open(holder)),
      crossSiteCookie(request, PENDING, '', CALLBACK_PATH, 0),
      accountCookie(request, idToken),
    ]);
    return await sendPage(reply, 200, signedInPage(next));
  } catch (error) {
    return sayWhy(reply, next, error);
  }
}

function sayWhy(reply: FastifyReply, next: string, error: unknown): FastifyReply {
  if (!(error instanceof Problem)) throw error;
  const page = loginPage({ next, problem: error.detail, hasAccounts: true });
  return sendPage(reply.headers(error.headers), error.status, page);
}

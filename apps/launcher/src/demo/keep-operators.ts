import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import { type HttpCaller, httpCaller, Refused } from './http-caller.js';
import type { LocalFile, OperatorsApp } from './local-file.js';

const made = z.object({ id: z.string() });
const anything = z.unknown();

/** Nobody mails there: it is a name. */
const FIRST_ADMIN = 'admin@signalbox.example';

/**
 * Sees to it that the console's operators have an app of their own at the auth service, a client there that is the console, and a first
 * admin with a password. Repeating it changes nothing; what somebody deleted in the meantime is made again.
 *
 * @throws DemoNotMade naming the request that failed.
 */
export async function keepOperators(
  urls: LocalFile['urls'],
  operatorToken: string,
  known: OperatorsApp | undefined,
): Promise<OperatorsApp> {
  const auth = httpCaller(urls.auth, operatorToken);
  const redirectUri = new URL('/signed-in', urls.console).href;
  if (known !== undefined && (await isComplete(auth, known, redirectUri))) return known;
  const { id: appId } = await auth.send('POST', '/v1/apps', { name: 'Signalbox operators', mode: 'test' }, made);
  // Operators are let in by an admin, and by nobody else.
  const settings = { registration: 'closed', theme: { displayName: 'Signalbox console', accentColor: '#0f766e' } };
  await auth.send('PUT', `/v1/apps/${appId}/auth-settings`, settings, anything);
  const client = { kind: 'native', appId, name: 'Console', redirectUris: [redirectUri] };
  const { id: clientId } = await auth.send('POST', '/v1/clients', client, made);
  const password = randomBytes(15).toString('base64url');
  const admin = { appId, email: FIRST_ADMIN, role: 'admin', password };
  await auth.send('PUT', '/v1/operators', admin, anything);
  return { appId, clientId, email: FIRST_ADMIN, password };
}

/** The client may be gone, or the console have another port since. */
async function isComplete(auth: HttpCaller, { appId, clientId }: OperatorsApp, redirectUri: string): Promise<boolean> {
  const client = z.object({ id: z.string(), redirectUris: z.array(z.string()), revokedAt: z.string().nullable() });
  const found = await auth.get(`/v1/clients?appId=${appId}&limit=100`, z.object({ items: z.array(client) }));
  if (found instanceof Refused) return false;
  return found.items.some(
    ({ id, redirectUris, revokedAt }) => id === clientId && revokedAt === null && redirectUris.includes(redirectUri),
  );
}

import { parseId, type Uuid } from '@signalbox/contracts';
import { problems, type UserPrincipal } from '@signalbox/http';

/** A user of ours, signed in in one of our sessions. */
export interface CallingUser {
  readonly appId: Uuid;
  readonly userId: Uuid;
  readonly sessionId: Uuid;
}

/**
 * Who calls, for routes about an account here. The session is what shows that the token is one of ours: an issuer that an app trusts
 * may call its users what it likes, even what we call one of ours.
 *
 * @throws Problem 403 for a user of another issuer.
 */
export function callingUser({ appId, userId: publicId, sessionId: session }: UserPrincipal): CallingUser {
  const userId = parseId('user', publicId);
  const sessionId = session === undefined ? undefined : parseId('session', session);
  if (userId !== undefined && sessionId !== undefined) return { appId, userId, sessionId };
  throw problems.forbidden(
    'foreign_user',
    'This user signs in at another issuer: the account, its sessions and its second factors are there.',
  );
}

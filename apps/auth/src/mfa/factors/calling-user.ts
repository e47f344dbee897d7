import { parseId } from '@signalbox/contracts';
import { problems, type UserPrincipal } from '@signalbox/http';
import type { AppUser } from '../user.js';

/** @throws Problem 403 for a user of another issuer: second factors are where the sign-in is. */
export function callingUser(caller: UserPrincipal): AppUser {
  const userId = parseId('user', caller.userId);
  if (userId !== undefined) return { appId: caller.appId, userId };
  throw problems.forbidden('foreign_user', 'This user signs in elsewhere, and has second factors there.');
}

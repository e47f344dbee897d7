import { formatId, parseId, type Uuid } from '@signalbox/contracts';
import { type Principal, problems } from '@signalbox/http';
import type { RequestDesk } from './request-desk.js';

/** How the audit names whoever calls. */
export function actorOf(caller: Principal): string {
  switch (caller.kind) {
    case 'operator':
      return 'operator';
    case 'user':
      return caller.userId;
    case 'app':
      return caller.clientId ?? formatId('key', caller.keyId);
  }
}

/** The app that a caller may see requests of; null: all. */
export function visibleTo(caller: Principal): Uuid | null {
  return caller.kind === 'operator' ? null : caller.appId;
}

/**
 * The app whose user is meant: a key's own; for the operator the app of a user of ours, or the one that is named.
 *
 * @throws Problem
 */
export async function appOfSubject(
  desk: RequestDesk,
  caller: Principal,
  userId: string,
  named: string | undefined,
): Promise<Uuid> {
  if (caller.kind !== 'operator') return caller.appId;
  if (named !== undefined) {
    const appId = parseId('app', named);
    if (appId === undefined) throw problems.invalid([{ pointer: '/appId', reason: 'is no id of an app (app_...)' }]);
    return appId;
  }
  if (parseId('user', userId) === undefined) {
    throw problems.invalid([{ pointer: '/appId', reason: 'name the app: the user id is its own' }]);
  }
  const appId = await desk.appOf(userId);
  if (appId === undefined) throw problems.notFound('There is no such user.');
  return appId;
}

import { parseId, type Uuid } from '@signalbox/contracts';
import { type Principal, problems } from '@signalbox/http';

/** For the document of a route that calls `appMeant` with what a caller named. */
export const UNKNOWN_APP = { description: 'No such app, or not of this key' };

/**
 * The app that a caller means, or null for all apps: a key means its own, the operator the one that is named.
 *
 * @throws Problem 404 for an app that this caller may not know of.
 */
export function appMeant(caller: Principal, named: string | undefined): Uuid | null {
  const app = named === undefined ? undefined : parseId('app', named);
  if (named !== undefined && app === undefined) throw unknownApp();
  if (caller.kind === 'operator') return app ?? null;
  if (app !== undefined && app !== caller.appId) throw unknownApp();
  return caller.appId;
}

function unknownApp() {
  return problems.notFound('There is no such app, or not for this key; leave appId out to mean your own.');
}

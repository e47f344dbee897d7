import type { Uuid } from '@signalbox/contracts';
import type { Principal } from '@signalbox/http';
import type { Endpoints } from './endpoints.js';
import { endpointNotFound } from './not-found.js';

/** The app that a caller means who names an endpoint: a key its own, the operator whosever it is. @throws Problem 404 */
export async function appMeant(endpoints: Endpoints, caller: Principal, endpoint: Uuid): Promise<Uuid> {
  if (caller.kind !== 'operator') return caller.appId;
  const app = await endpoints.appOf(endpoint);
  if (app === undefined) throw endpointNotFound();
  return app;
}

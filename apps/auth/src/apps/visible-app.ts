import { parseId } from '@signalbox/contracts';
import { type Principal, problems } from '@signalbox/http';
import type { App, AppRegistry } from './app-registry.js';

/**
 * The app a path names, if this caller may know of it: the operator knows all, a key only its own.
 *
 * @throws Problem 404, the same for a foreign app and for none.
 */
export async function visibleApp(apps: AppRegistry, caller: Principal, publicId: string): Promise<App> {
  const mayKnow = caller.kind === 'operator' || caller.appId === parseId('app', publicId);
  const app = mayKnow ? await apps.find(publicId) : undefined;
  if (app === undefined) throw problems.notFound('There is no such app; GET /v1/apps lists them.');
  return app;
}

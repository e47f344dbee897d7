import { UsageError } from '../command.js';
import type { Settings } from '../config.js';

/** The app a command is about: named by --app, else the one the settings know. */
export function appOrDefault(named: string | undefined, settings: Settings): string {
  const app = named ?? settings.appId;
  if (app === undefined) throw new UsageError('no app named: give --app <id> or set SIGNALBOX_APP');
  return app;
}

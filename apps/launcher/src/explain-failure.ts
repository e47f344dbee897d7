import { ConfigError } from '@signalbox/config';
import { MigrationFailed } from '@signalbox/database';
import {
  DataDirectoryRefused,
  PortTaken,
  PostgresDidNotStart,
  PostgresUnavailable,
} from '@signalbox/embedded-postgres';
import { SignalboxError } from '@signalbox/server';
import { DemoFailed } from './demo-run/demo-failed.js';
import { DemoNotMade } from './demo/http-caller.js';
import { LaunchRefused } from './launch-refused.js';

/** Errors whose message says everything: cause and remedy. Of the unexpected ones the stack is shown. */
const EXPLAINED = [
  DataDirectoryRefused,
  DemoFailed,
  DemoNotMade,
  LaunchRefused,
  MigrationFailed,
  PortTaken,
  PostgresDidNotStart,
  PostgresUnavailable,
  SignalboxError,
];

/** What to tell the person who typed the command: one line where we know what it was. */
export function explainFailure(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error instanceof ConfigError) return error.problems.join('; ');
  if (EXPLAINED.some((kind) => error instanceof kind)) return error.message;
  return explainFileTrouble(error) ?? error.stack ?? error.message;
}

/** Files that another user made, a full disk and the like: the path and the system's code say it all. */
function explainFileTrouble({ code, path }: NodeJS.ErrnoException): string | undefined {
  if (code === undefined || path === undefined) return undefined;
  if (code === 'ENOSPC') return `no space left on the disk of ${path}; make room and start again`;
  const denied = code === 'EACCES' || code === 'EPERM' || code === 'EROFS';
  if (!denied) return undefined;
  return `cannot use ${path} (${code}); give your user permission, for example: sudo chown -R $(id -u) ${path}`;
}

import { accessSync, chmodSync, constants, mkdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { LaunchRefused } from '../launch-refused.js';

/** The folder `.signalbox`: everything that outlives a run. */
export interface StateFolder {
  path(...names: string[]): string;
}

/**
 * Makes the folder, closed to others. As root it can be entered (not listed), because Postgres runs as another user;
 * the secrets in it have mode 0600.
 *
 * @throws LaunchRefused when it cannot be written.
 */
export function openStateFolder(folder: string): StateFolder {
  const uid = process.getuid?.();
  try {
    mkdirSync(join(folder, 'logs'), { recursive: true });
    accessSync(folder, constants.W_OK | constants.X_OK);
    accessSync(join(folder, 'logs'), constants.W_OK | constants.X_OK);
    if (statSync(folder).uid === uid) chmodSync(folder, uid === 0 ? 0o711 : 0o700);
  } catch {
    const owner = statSync(folder, { throwIfNoEntry: false })?.uid;
    const whose = owner === undefined || owner === uid ? '' : ` (it belongs to user id ${owner}, you are ${uid})`;
    throw new LaunchRefused(
      `cannot write to ${folder}${whose}; give your user write permission, for example: sudo chown -R ${uid} ${folder}`,
    );
  }
  return { path: (...names) => join(folder, ...names) };
}

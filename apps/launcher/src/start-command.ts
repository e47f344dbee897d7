import type { LauncherConfig } from './config.js';
import type { LocalFile } from './demo/local-file.js';
import { Launcher } from './launcher.js';
import { type Continuation, runUntilStopped } from './run-until-stopped.js';
import type { Terminal } from './terminal.js';
import { welcome } from './welcome.js';

/** `npm start`: everything, until somebody stops it. */
export async function startCommand(config: LauncherConfig, terminal: Terminal): Promise<void> {
  const greet = async (local: LocalFile): Promise<Continuation> => {
    terminal.say(welcome(local, config.redisUrl === undefined ? 'Postgres (set REDIS_URL for Redis)' : 'Redis'));
    return { stayUp: true, exitCode: 0 };
  };
  await runUntilStopped(new Launcher(config, terminal), terminal, greet, 0);
}

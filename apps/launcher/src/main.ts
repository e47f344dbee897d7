import { ConfigError } from '@signalbox/config';
import { MigrationFailed } from '@signalbox/database';
import {
  DataDirectoryRefused,
  PortTaken,
  PostgresDidNotStart,
  PostgresUnavailable,
} from '@signalbox/embedded-postgres';
import { loadConfig } from './config.js';
import { DemoNotMade } from './demo/http-caller.js';
import { LaunchRefused } from './launch-refused.js';
import { Launcher } from './launcher.js';
import { Terminal } from './terminal.js';

/** Errors whose message says everything: cause and remedy. Of the unexpected ones the stack is shown. */
const EXPLAINED = [
  DataDirectoryRefused,
  DemoNotMade,
  LaunchRefused,
  MigrationFailed,
  PortTaken,
  PostgresDidNotStart,
  PostgresUnavailable,
];

/** One Ctrl-C reaches us twice: from the terminal, and passed on by npm. */
const ONE_KEYPRESS = 800;

/** Milliseconds until we end at a second Ctrl-C, whatever still runs; the next start clears that up. */
const LAST_PATIENCE = 2_000;

const terminal = new Terminal(process.stdout);

async function main(): Promise<void> {
  const launcher = new Launcher(loadConfig(), terminal);
  let asked: number | undefined;
  const stop = (why: string): void => {
    if (asked !== undefined) {
      if (performance.now() - asked < ONE_KEYPRESS) return;
      launcher.kill();
      setTimeout(() => process.exit(1), LAST_PATIENCE);
      return;
    }
    asked = performance.now();
    terminal.say(`\n${why}: stopping ...`);
    launcher.stop().then(
      () => {
        terminal.say('stopped; data is kept');
        process.exit(0);
      },
      (error: unknown) => {
        terminal.say(`signalbox: ${String(error)}`);
        process.exit(1);
      },
    );
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => stop(signal));
  // Whoever started us is gone, perhaps by SIGKILL; without it nobody could stop us from the terminal.
  process.once('disconnect', () => stop('the command that started Signalbox ended'));
  try {
    await launcher.start();
  } catch (error) {
    if (asked !== undefined) return;
    terminal.say(`\nsignalbox: ${explain(error)}`);
    await launcher.stop();
    process.exit(1);
  }
}

function explain(error: unknown): string {
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

await main().catch((error: unknown) => {
  terminal.say(`signalbox: ${explain(error)}`);
  process.exit(1);
});

import type { LocalFile } from './demo/local-file.js';
import { explainFailure } from './explain-failure.js';
import type { Launcher } from './launcher.js';
import type { Terminal } from './terminal.js';

/** One Ctrl-C reaches us twice: from the terminal, and passed on by npm. */
const ONE_KEYPRESS = 800;

/** Milliseconds until we end at a second Ctrl-C, whatever still runs; the next start clears that up. */
const LAST_PATIENCE = 2_000;

/** How it goes on once everything is up and the work on it is done. */
export interface Continuation {
  readonly stayUp: boolean;
  readonly exitCode: 0 | 1;
}

/**
 * Starts everything, does `work` with it, and stays up until somebody stops us; then stops everything and ends the
 * process. It ends with 1 when something stood in the way, or when `work` says so.
 *
 * @param cutShort the exit code when somebody stops us before the work is done.
 */
export async function runUntilStopped(
  launcher: Launcher,
  terminal: Terminal,
  work: (local: LocalFile) => Promise<Continuation>,
  cutShort: 0 | 1,
): Promise<void> {
  let asked: number | undefined;
  let exitCode = cutShort;
  const stopAll = (): void => {
    launcher.stop().then(
      () => {
        terminal.say('stopped; data is kept');
        process.exit(exitCode);
      },
      (error: unknown) => {
        terminal.say(`signalbox: ${String(error)}`);
        process.exit(1);
      },
    );
  };
  const stop = (why: string): void => {
    if (asked !== undefined) {
      if (performance.now() - asked < ONE_KEYPRESS) return;
      launcher.kill();
      setTimeout(() => process.exit(1), LAST_PATIENCE);
      return;
    }
    asked = performance.now();
    terminal.say(`\n${why}: stopping ...`);
    stopAll();
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => stop(signal));
  // Whoever started us is gone, perhaps by SIGKILL; without it nobody could stop us from the terminal.
  process.once('disconnect', () => stop('the command that started Signalbox ended'));
  try {
    const next = await work(await launcher.start());
    exitCode = next.exitCode;
    if (!next.stayUp && asked === undefined) stop('done');
  } catch (error) {
    if (asked !== undefined) return;
    terminal.say(`\nsignalbox: ${explainFailure(error)}`);
    await launcher.stop();
    process.exit(1);
  }
}

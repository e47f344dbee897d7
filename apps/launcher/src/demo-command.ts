import { parseArgs } from 'node:util';
import type { LauncherConfig } from './config.js';
import { runDemo } from './demo-run/run-demo.js';
import { findRunning } from './demo/find-running.js';
import { keepDemo } from './demo/keep-demo.js';
import type { LocalFile } from './demo/local-file.js';
import { Launcher } from './launcher.js';
import { openStateFolder } from './run/state-folder.js';
import { type Continuation, runUntilStopped } from './run-until-stopped.js';
import type { Terminal } from './terminal.js';

/** `npm run demo`: on the Signalbox that runs from this folder, or else on one that is started for it and stays up. */
export async function demoCommand(args: readonly string[], config: LauncherConfig, terminal: Terminal): Promise<void> {
  const { count, exit } = readArguments(args);
  const folder = openStateFolder(config.stateFolder);
  const running = await findRunning(folder);
  if (running) {
    terminal.say(`Signalbox runs from this folder already, at ${running.urls.push}.`);
    leaveWhenAsked(terminal);
    // It may have been started by an earlier version, whose demo app had no Android phone.
    const asExpected = await runDemo(await keepDemo(folder, running), count, terminal);
    process.exit(asExpected ? 0 : 1);
  }
  const demo = async (local: LocalFile): Promise<Continuation> => {
    const asExpected = await runDemo(local, count, terminal);
    if (!exit)
      terminal.say('Signalbox stays up for these links. Ctrl-C stops everything; data stays for the next start.');
    return { stayUp: !exit, exitCode: asExpected ? 0 : 1 };
  };
  await runUntilStopped(new Launcher(config, terminal), terminal, demo, 1);
}

/** They were checked by scripts/demo.cjs, before anything was installed for them. */
function readArguments(args: readonly string[]): { count: number; exit: boolean } {
  const options = { count: { type: 'string', default: '1000' }, exit: { type: 'boolean', default: false } } as const;
  const { values } = parseArgs({ args: [...args], options });
  return { count: Number(values.count), exit: values.exit };
}

/** What was sent goes its way without us. */
function leaveWhenAsked(terminal: Terminal): void {
  const leave = (): void => {
    terminal.say('\nleft; what was sent goes on');
    process.exit(1);
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, leave);
  process.once('disconnect', leave);
}

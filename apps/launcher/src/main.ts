import { loadConfig } from './config.js';
import { explainFailure } from './explain-failure.js';
import { startCommand } from './start-command.js';
import { Terminal } from './terminal.js';

const terminal = new Terminal(process.stdout);
try {
  await startCommand(loadConfig(), terminal);
} catch (error) {
  terminal.say(`\nsignalbox: ${explainFailure(error)}`);
  process.exit(1);
}

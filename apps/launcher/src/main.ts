import { loadConfig } from './config.js';
import { demoCommand } from './demo-command.js';
import { explainFailure } from './explain-failure.js';
import { startCommand } from './start-command.js';
import { Terminal } from './terminal.js';

const terminal = new Terminal(process.stdout);
const [command, ...args] = process.argv.slice(2);
try {
  if (command === 'demo') await demoCommand(args, loadConfig(), terminal);
  else await startCommand(loadConfig(), terminal);
} catch (error) {
  terminal.say(`\nsignalbox: ${explainFailure(error)}`);
  process.exit(1);
}

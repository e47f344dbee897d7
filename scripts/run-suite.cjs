/* npm run chaos, npm run bench and their like: brings the clone to a runnable state, then runs that suite. Arguments go to it as they are. */
'use strict';

require('./check-node.cjs');
const { spawn } = require('node:child_process');
const { ROOT, bootstrap, giveUp } = require('./bootstrap.cjs');

async function main() {
  const node = await bootstrap();
  const args = ['--disable-warning=ExperimentalWarning', ...process.argv.slice(2)];
  const child = spawn(node, args, { cwd: ROOT, env: { ...process.env, NODE_OPTIONS: '' }, stdio: 'inherit' });
  // The suite stops what it started; a Ctrl-C of the terminal reaches it by itself.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.once('error', giveUp);
  child.once('exit', (code) => process.exit(code ?? 1));
}

main().catch(giveUp);

/* npm start: brings the clone to a runnable state, then runs Signalbox and waits for it. Any Node can read this file. */
'use strict';

var USAGE = [
  'Usage: npm start [-- --help]',
  '',
  'Installs what is missing, builds what changed, and runs all of Signalbox on this machine: Postgres (data in',
  '.signalbox/, kept), the sandbox, auth, payments, push, events and the console. Ctrl-C stops everything.',
  '',
  'Environment:',
  '  PORT_BASE        first of a block of 20 ports on 127.0.0.1 (4000)',
  '  REDIS_URL        run the queues on this Redis; without it they run on Postgres',
  '  QUEUE_PREFIX     prefix of all queue keys in that Redis ({signalbox})',
  '  PUSH_TRANSPORTS  own or sdk: by what push speaks to Apple and Google (own)',
  '  LOG_LEVEL        fatal, error, warn, info, debug or trace (info); logs are in .signalbox/logs/',
  '  SIGNALBOX_DIR    keep secrets, data and logs there instead of .signalbox/',
].join('\n');

var given = process.argv.slice(2);
if (given.indexOf('--help') !== -1 || given.indexOf('-h') !== -1) {
  console.log(USAGE);
  process.exit(0);
}
if (given.length > 0) {
  console.error('signalbox: unknown argument ' + given[0] + '; npm start -- --help shows what there is');
  process.exit(1);
}
require('./check-node.cjs');
require('./bootstrap.cjs')
  .bootstrap()
  .then(function (node) {
    require('./run-launcher.cjs').runLauncher(node);
  })
  .catch(require('./bootstrap.cjs').giveUp);

/* npm run demo: brings the clone to a runnable state, then sends a thousand notifications and shows what became of them. */
'use strict';

var USAGE = [
  'Usage: npm run demo [-- --count N] [-- --exit]',
  '',
  'Sends notifications to sandbox phones of every kind, waits for their ends, and prints what became of each kind and why.',
  'It uses the Signalbox that runs from this folder (npm start); without one it starts everything and stays up afterwards,',
  'until Ctrl-C. The exit code is 1 when anything ended otherwise than it should.',
  '',
  '  --count N  notifications, from 10 to 10000 (1000)',
  '  --exit     end after the table, even if everything was started for it',
  '',
  'Environment: as for npm start; npm start -- --help lists it.',
].join('\n');

function refuse(message) {
  console.error('signalbox: ' + message);
  process.exit(1);
}

/** What the launcher is told: the arguments in one form, checked before anything is installed. */
function checked(given) {
  var told = ['demo'];
  for (var i = 0; i < given.length; i += 1) {
    var parts = /^(--count)(?:=(.*))?$/.exec(given[i]);
    if (parts) {
      var count = parts[2] === undefined ? given[(i += 1)] : parts[2];
      if (!/^\d{2,5}$/.test(count) || Number(count) < 10 || Number(count) > 10000) {
        refuse('--count must be a whole number from 10 to 10000' + (count ? ', and this is ' + count : ''));
      }
      told.push('--count', count);
    } else if (given[i] === '--exit') {
      told.push('--exit');
    } else {
      refuse('unknown argument ' + given[i] + '; npm run demo -- --help shows what there is');
    }
  }
  return told;
}

var given = process.argv.slice(2);
if (given.indexOf('--help') !== -1 || given.indexOf('-h') !== -1) {
  console.log(USAGE);
  process.exit(0);
}
var told = checked(given);
require('./check-node.cjs');
require('./bootstrap.cjs')
  .bootstrap()
  .then(function (node) {
    require('./run-launcher.cjs').runLauncher(node, told);
  })
  .catch(require('./bootstrap.cjs').giveUp);

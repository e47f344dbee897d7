/* Ends with one line where Signalbox cannot run. Written for Nodes that are far too old to run anything else here. */
'use strict';

var major = Number(process.versions.node.split('.')[0]);

function refuse(message) {
  console.error('signalbox: ' + message);
  process.exit(1);
}

if (major < 20) {
  refuse('needs Node 20 or newer, and this is ' + process.version + '; install a current one from https://nodejs.org');
}
if (process.platform !== 'linux' && process.platform !== 'darwin') {
  refuse('runs on Linux and macOS, not on ' + process.platform + '; on Windows use WSL 2');
}
// Linux brings its own Node 24 through the lockfile; for macOS the registry has none.
if (process.platform === 'darwin' && major < 24) {
  refuse('needs Node 24 or newer on macOS, and this is ' + process.version + '; for example: brew install node');
}
if (process.arch !== 'x64' && process.arch !== 'arm64') {
  refuse('runs on x64 and arm64 processors, not on ' + process.arch);
}

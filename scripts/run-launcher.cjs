/* Runs the launcher in our place: passes signals on, ends as it ends, and ends it when whoever ran us is gone. */
'use strict';

const { execFileSync, spawn } = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');
const { clearInterval, setInterval } = require('node:timers');
const { ROOT } = require('./bootstrap.cjs');

/** Milliseconds between two looks at whether npm still lives. */
const WATCH = 2_000;

function runLauncher(node, args = []) {
  const main = path.join(ROOT, 'apps/launcher/dist/main.js');
  const env = { ...process.env, NODE_OPTIONS: '' };
  const child = spawn(node, [main, ...args], { cwd: ROOT, env, stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  watchNpm(() => child.kill('SIGTERM'));
  child.once('error', (error) => {
    console.error(`signalbox: ${node} could not be run: ${error.message}`);
    process.exit(1);
  });
  child.once('exit', (code, signal) => {
    if (signal) console.error(`signalbox: the launcher was ended by ${signal}; npm start clears up and starts again`);
    process.exit(code ?? 1);
  });
}

/**
 * A SIGKILL of npm reaches nobody but npm; its place is then taken by another parent. Between npm and us there may be
 * the shell that npm runs scripts with, which does not notice either.
 */
function watchNpm(onGone) {
  if (process.env.npm_lifecycle_event === undefined) return;
  const shell = isShell(process.ppid) ? process.ppid : undefined;
  const npm = shell === undefined ? process.ppid : parentOf(shell);
  if (npm === undefined || npm === 1) return;
  const timer = setInterval(() => {
    if ((shell === undefined ? process.ppid : parentOf(shell)) === npm) return;
    clearInterval(timer);
    onGone();
  }, WATCH);
  timer.unref();
}

function isShell(pid) {
  return /(^|\/)-?(sh|dash|bash|zsh|ash)$/.test(about(pid, 'comm') ?? '');
}

function parentOf(pid) {
  const parent = about(pid, 'ppid');
  return parent === undefined ? undefined : Number(parent);
}

/** One column of ps about a process; Linux without ps has the same in /proc. Undefined when the process is gone. */
function about(pid, column) {
  try {
    if (process.platform !== 'linux') {
      return execFileSync('ps', ['-o', `${column}=`, '-p', String(pid)], { encoding: 'utf8' }).trim();
    }
    const [, comm, ppid] = /\((.*)\) \S (\d+)/.exec(fs.readFileSync(`/proc/${pid}/stat`, 'utf8')) ?? [];
    return column === 'comm' ? comm : ppid;
  } catch {
    return undefined;
  }
}

module.exports = { runLauncher };

/* npm test: brings the clone to a runnable state, then runs every test there is. Arguments go to jest as they are. */
'use strict';

require('./check-node.cjs');
const { spawn } = require('node:child_process');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { clearInterval, setInterval } = require('node:timers');
const { stripVTControlCharacters } = require('node:util');
const { ROOT, bootstrap, giveUp } = require('./bootstrap.cjs');

/** Workers start servers and services of their own; more of them than this only makes tests wait for each other. */
const MOST_WORKERS = 4;
/** Milliseconds that jest may take to end once its outcome is written; longer means that something was left open. */
const PATIENCE = 20_000;

async function main() {
  const node = await bootstrap();
  const outcome = path.join(ROOT, 'node_modules/.cache/test-outcome.json');
  fs.mkdirSync(path.dirname(outcome), { recursive: true });
  fs.rmSync(outcome, { force: true });
  const given = process.argv.slice(2);
  const workers = Math.max(1, Math.min(MOST_WORKERS, os.availableParallelism()));
  const code = await run(node, outcome, [
    '--experimental-vm-modules',
    '--disable-warning=ExperimentalWarning',
    'node_modules/jest/bin/jest.js',
    `--maxWorkers=${workers}`,
    ...given,
    '--json',
    `--outputFile=${outcome}`,
  ]);
  process.exit(conclude(code, outcome));
}

function run(node, outcome, args) {
  return new Promise((resolve, reject) => {
    // With --json jest prints the whole outcome on stdout; what people read is on stderr.
    const child = spawn(node, args, { cwd: ROOT, stdio: ['inherit', 'ignore', 'inherit'] });
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
    const hung = setInterval(() => {
      const written = fs.statSync(outcome, { throwIfNoEntry: false })?.mtimeMs ?? Infinity;
      if (Date.now() - written < PATIENCE) return;
      console.log('!! jest did not end by itself: a test left a connection, a process or a timer open');
      child.kill('SIGTERM');
    }, 1_000);
    child.once('error', reject);
    child.once('exit', (code, signal) => {
      clearInterval(hung);
      resolve(signal ? 1 : code);
    });
  });
}

/** Prints what failed, a line each, and the closing line. A test file that could not even be loaded counts as one failure. */
function conclude(code, outcome) {
  if (!fs.existsSync(outcome)) {
    console.log('\n0 passed, 1 failed');
    return code || 1;
  }
  const result = JSON.parse(fs.readFileSync(outcome, 'utf8'));
  const skipped = result.numPendingTests + result.numTodoTests;
  const failed = Math.max(result.numFailedTests + result.numRuntimeErrorTestSuites, code === 0 ? 0 : 1);
  for (const line of failures(result)) console.log(line);
  console.log(`\n${result.numPassedTests} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`);
  return failed > 0 ? code || 1 : code;
}

/** What failed and why, a line each: of a long output often only the end is kept. */
function* failures(result) {
  for (const file of result.testResults.filter(({ status }) => status === 'failed')) {
    const tests = file.assertionResults.filter(({ status }) => status === 'failed');
    const reasons = tests.map(({ fullName, failureMessages }) => `${fullName}: ${inBrief(failureMessages[0])}`);
    const name = path.relative(ROOT, file.name);
    for (const reason of reasons.length > 0 ? reasons : [inBrief(file.message)]) yield `✗ ${name}: ${reason}`;
  }
}

function inBrief(message = '') {
  const lines = stripVTControlCharacters(message)
    .split('\n')
    .map((line) => line.trim());
  return lines
    .filter((line) => line !== '' && !/^(●|at )/.test(line))
    .join(' ')
    .slice(0, 240);
}

main().catch(giveUp);

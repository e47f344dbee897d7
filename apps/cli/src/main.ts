#!/usr/bin/env node
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { run } from './run.js';

const leave = new AbortController();
process.once('SIGINT', () => leave.abort());
process.once('SIGTERM', () => leave.abort());
// `signalbox tail | head` closes the pipe: that is a wish to leave, not a fault.
process.stdout.on('error', () => leave.abort());

process.exitCode = await run(process.argv.slice(2), {
  directory: process.cwd(),
  print: (line) => process.stdout.write(`${line}\n`),
  warn: (line) => process.stderr.write(`${line}\n`),
  readInput: () => text(process.stdin),
  inputLines: () => createInterface({ input: process.stdin }),
  signal: leave.signal,
});

/*
 * Builds apps/auth/data/breached-passwords.bin from password lists: node scripts/breached-passwords.cjs LIST...
 * A list is a text file with one password a line, or a JSON array. docs/accounts.md names the lists, their licences and where they are from.
 */
'use strict';

const { Buffer } = require('node:buffer');
const { createHash } = require('node:crypto');
const { readFileSync, writeFileSync } = require('node:fs');
const path = require('node:path');

const TARGET = path.resolve(__dirname, '../apps/auth/data/breached-passwords.bin');
/** As in apps/auth/src/accounts/passwords/breached-passwords.ts: bytes of SHA-256 that are kept, and how a password is folded. */
const KEPT_BYTES = 5;
const fold = (password) => password.normalize('NFKC').toLowerCase();
/** Shorter ones are refused for that. */
const LEAST_LENGTH = 8;

const lists = process.argv.slice(2);
if (lists.length === 0) {
  console.error('usage: node scripts/breached-passwords.cjs LIST...');
  process.exit(1);
}

const passwords = lists.flatMap((file) => {
  const text = readFileSync(file, 'utf8');
  return file.endsWith('.json') ? JSON.parse(text) : text.split(/\r?\n/);
});
const folded = new Set(passwords.map(fold).filter((password) => [...password].length >= LEAST_LENGTH));
const hashes = [...folded].map((password) =>
  createHash('sha256')
    .update(password)
    .digest('hex')
    .slice(0, KEPT_BYTES * 2),
);
const sorted = [...new Set(hashes)].sort();
writeFileSync(TARGET, Buffer.from(sorted.join(''), 'hex'));
console.log(`${sorted.length} passwords of at least ${LEAST_LENGTH} characters`);

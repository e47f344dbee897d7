import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { ESLint, Linter } from 'eslint';
import tseslint from 'typescript-eslint';
import { securityRules } from './rules.mjs';

const root = join(import.meta.dirname, '../../..');
const linter = new Linter({ cwd: root });

/** Which of our rules refuse a text that stood in a file of that name. */
function refusals(text: string, file = 'apps/push/src/notify/notify.ts'): string[] {
  const config = [
    { files: ['**/*.ts'], languageOptions: { parser: tseslint.parser } },
    ...securityRules,
  ] as Linter.Config[];
  return linter.verify(text, config, { filename: join(root, file) }).map(({ ruleId, message }) => ruleId ?? message);
}

describe('what is refused in our source', () => {
  it.each([
    ['constant-sql', 'const find = (id: string) => `SELECT 1 FROM app WHERE id = ${id}`;'],
    ['constant-sql', 'const find = (id: string) => "SELECT 1 FROM app WHERE id = " + id;'],
    ['constant-sql', 'let where = "true"; const find = () => `DELETE FROM app WHERE ${where}`;'],
    ['constant-sql', 'const find = (body: { by: string }) => `SELECT 1 FROM app ORDER BY ${body.by}`;'],
    ['constant-sql', 'const find = (by: string) => `SELECT 1 FROM app ORDER BY ${lowered(by)}`;'],
    ['constant-regexp', 'const has = (text: string) => new RegExp(text).test("x");'],
    ['constant-regexp', 'const has = (text: string) => RegExp(`^${text}$`);'],
    ['secret-equality', 'const fits = (a: { secret: string }, b: string) => a.secret === b;'],
    ['secret-equality', 'const fits = (given: string, signature: string) => given !== signature;'],
    ['secret-equality', 'if (request.headers.token == stored.apiKey) go();'],
    ['secret-equality', 'if (hmac(body).digest() === given) go();'],
    ['guessable-random', 'const token = Math.random();'],
    ['guessable-random', 'const name = Math.random().toString(36).slice(2);'],
    ['guessable-random', 'function newSessionId() { return Math.floor(Math.random() * 1e9); }'],
    ['guessable-random', 'const pair = { nonce: String(Math.random()) };'],
    ['no-programs', "import { exec } from 'node:child_process';"],
    ['no-programs', "import vm from 'vm';"],
    ['no-programs', "const run = async () => import('node:child_process');"],
    ['dial-through-egress', 'const read = (url: string) => fetch(url);'],
    ['dial-through-egress', "import { request } from 'node:https';"],
    ['dial-through-egress', "import * as http from 'node:http';"],
    ['dial-through-egress', "import { connect } from 'node:net';"],
    ['dial-through-egress', "import { fetch } from 'undici';"],
    ['weak-crypto', "import { createHash } from 'node:crypto'; createHash('md5');"],
    ['weak-crypto', "crypto.createHmac('SHA1', key);"],
    ['weak-crypto', "createCipheriv('aes-128-ecb', key, null);"],
    ['weak-crypto', 'const agent = { rejectUnauthorized: false };'],
    ['weak-crypto', "const name = 'NODE_TLS_REJECT_UNAUTHORIZED';"],
  ])('%s: %s', (rule, text) => {
    expect(refusals(text)).toContain(`security/${rule}`);
  });

  it.each([
    ['no-eval', 'eval(text);'],
    ['no-new-func', 'new Function("return 1");'],
    ['regexp/no-super-linear-backtracking', 'const it = /^(?:a+)+$/;'],
    ['regexp/no-super-linear-backtracking', 'const it = /^(?:\\w+\\s?)*$/;'],
  ])('%s: %s', (rule, text) => {
    expect(refusals(text)).toContain(rule);
  });

  it.each([
    'const TABLE = "app"; const find = () => `SELECT 1 FROM ${TABLE} WHERE id = $1`;',
    'const columns = ["a", "b"].join(", "); const find = () => `SELECT ${columns} FROM app`;',
    'const find = (newest: boolean) => `SELECT 1 FROM app ORDER BY id ${newest ? "DESC" : "ASC"}`;',
    'const said = (name: string) => `Select a device: ${name}`;',
    'if (secret === undefined || token.length === 3 || typeof password === "string" || secret.id === id) go();',
    'const wait = (ms: number) => ms * (1 + Math.random());',
    'const spread = (random: () => number = Math.random) => random();',
    "import type { ChildProcess } from 'node:child_process'; import { isIP } from 'node:net'; import { Agent } from 'node:http';",
    'const read = (fetch: (url: string) => unknown, url: string) => fetch(url);',
    "createHash('sha256'); createCipheriv('aes-256-gcm', key, iv);",
    'const it = /^[a-z][a-z0-9-]{0,31}$/; const made = new RegExp(`^${LETTERS}$`);',
  ])('but not: %s', (text) => {
    expect(refusals(text)).toEqual([]);
  });

  it('in tests and in the sandbox nobody is asked, and where there is a reason neither', () => {
    const dials = 'const read = (url: string) => fetch(url);';
    expect(refusals(dials, 'apps/push/src/notify/notify.test.ts')).toEqual([]);
    expect(refusals(dials, 'apps/sandbox/src/fcm/fcm.ts')).toEqual([]);
    expect(refusals(dials, 'libs/egress/src/dial.ts')).toEqual([]);
    expect(refusals("import { spawn } from 'node:child_process';", 'apps/launcher/src/start.ts')).toEqual([]);
  });

  it('is asked of product code by npm run lint', async () => {
    const config = (await new ESLint({ cwd: root }).calculateConfigForFile(join(root, 'apps/push/src/main.ts'))) as {
      rules: Readonly<Record<string, readonly [number]>>;
    };
    const asked = securityRules.flatMap(({ rules }) => Object.keys(rules));
    expect(asked.length).toBeGreaterThan(10);
    expect(asked.filter((rule) => config.rules[rule]?.[0] !== 2)).toEqual([]);
  });
});

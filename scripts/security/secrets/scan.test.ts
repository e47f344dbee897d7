import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { filesOfHistory, trackedFiles } from './files.ts';
import { secretsIn } from './scan.ts';

/** Put together here, so that no file of ours has one. */
const secret = (...parts: string[]): string => parts.join('');
const RANDOM = 'q7Zt0Lm3Xc9Vb2Nk5Hj8Gf4Ds1Pa6Ow0Ie9Ru3Ty7U5kXw2';

describe('the scan for secrets', () => {
  it.each([
    ['a secret key of ours', secret('sb', 'k_live_', RANDOM), 'signalbox-key'],
    ['the token of an operator', secret('sb', 'o_', RANDOM), 'signalbox-operator-token'],
    ['a secret that signs webhooks', secret('wh', 'sec_', RANDOM), 'webhook-secret'],
    ['a live key of Stripe', secret('sk', '_live_', RANDOM.slice(0, 24)), 'stripe-live-key'],
    ['a key of Google', secret('AI', 'za', RANDOM.slice(0, 35)), 'google-api-key'],
    ['a private key', secret('-----BEGIN ', 'PRIVATE KEY-----\n', 'MIGHAgEAMBMGByqGSM49AgEGCCqGSM49\n'), 'private-key'],
    [
      'a private key in JSON',
      secret('"-----BEGIN ', 'PRIVATE KEY-----\\n', 'MIGHAgEAMBMGByqGSM49AgEGCCqGSM49\\n"'),
      'private-key',
    ],
    ['a signed token', secret('eyJ', RANDOM.slice(0, 30), '.eyJ', RANDOM, '.', RANDOM), 'jwt-of-somebody'],
    ['a token of GitHub', secret('gh', 'p_', RANDOM.slice(0, 36)), 'github'],
    [
      'a password in a connection string',
      secret('postgres://app:', RANDOM, '@db.internal/app'),
      'database-connection-string',
    ],
  ])('finds %s', async (_what, text, rule) => {
    const found = await secretsIn('apps/push/src/notify.ts', `const one = 1;\nconst key = '${text}';\n`);
    expect(found.map((each) => each.rule)).toContain(rule);
    const [first] = found.filter((each) => each.rule === rule);
    expect(first).toMatchObject({ file: 'apps/push/src/notify.ts', line: 2 });
    expect(JSON.stringify(found)).not.toContain(text.slice(0, 30));
  });

  it('finds nothing in what is no secret', async () => {
    const harmless = [
      'sbk_live_...',
      'whsec_...',
      'AKIA',
      'const password = readConfig().OPERATOR_PASSWORD;',
      'ntf_01m8f8bb50e6frn5r83tyxj1wt',
    ];
    expect(await secretsIn('README.md', harmless.join('\n'))).toEqual([]);
  });

  it('looks at what is not added yet, and finds in the history what was taken away', async () => {
    const root = mkdtempSync(join(tmpdir(), 'secrets-'));
    const git = (...args: string[]) =>
      execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@example.com', ...args], { cwd: root });
    git('init', '-q');
    writeFileSync(join(root, 'config.ts'), secret('wh', 'sec_', RANDOM));
    expect(trackedFiles(root).map(({ file }) => file)).toEqual(['config.ts']);
    git('add', '.');
    git('commit', '-q', '-m', 'one');
    writeFileSync(join(root, 'config.ts'), 'nothing');
    git('commit', '-q', '-a', '-m', 'two');
    const versions = [...filesOfHistory(root)].map(({ text }) => text);
    expect(versions.toSorted()).toEqual(['nothing', secret('wh', 'sec_', RANDOM)]);
    rmSync(root, { recursive: true });
  });
});

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type StateFolder, openStateFolder } from '../run/state-folder.js';
import { readLocalFile, writeLocalFile } from './local-file.js';

const urls = Object.fromEntries(
  ['auth', 'payments', 'push', 'events', 'console', 'sandbox'].map((name) => [name, 'http://127.0.0.1:4000']),
) as Parameters<typeof writeLocalFile>[1]['urls'];
const keys = { appId: 'app_1', secretKey: 'sbk_test_1', publishableKey: 'sbp_test_1', credentialDigest: 'abc' };
const installation = { urls, operatorToken: 'sbo_1', operatorPassword: 'password' };

describe('the note of how to talk to this installation', () => {
  let root: string;
  let folder: StateFolder;
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'signalbox-local-'));
    folder = openStateFolder(join(root, 'state'));
  });
  afterEach(() => rmSync(root, { recursive: true }));

  it('keeps the keys of a file from before there was an Android phone, and before there were payments', () => {
    const { payments: _none, ...earlier } = urls;
    writeFileSync(folder.path('local.json'), JSON.stringify({ ...installation, urls: earlier, demo: keys }));
    expect(readLocalFile(folder)?.demo).toEqual({ ...keys, fcmCredentialDigest: '', stripeCredentialDigest: '' });
  });

  it('reads what it wrote', () => {
    const stripeSource = { id: 'sts_1', path: '/webhooks/stripe/sts_1', secret: 'whsec_1' };
    const digests = { fcmCredentialDigest: 'def', stripeCredentialDigest: 'ghi' };
    const local = { ...installation, demo: { ...keys, ...digests, stripeSource } };
    writeLocalFile(folder, local);
    expect(readLocalFile(folder)).toEqual(local);
  });

  it('counts as absent when it is damaged', () => {
    writeFileSync(folder.path('local.json'), '{"urls":');
    expect(readLocalFile(folder)).toBeUndefined();
  });
});

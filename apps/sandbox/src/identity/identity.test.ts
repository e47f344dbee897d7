import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { X509Certificate } from 'node:crypto';
import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { tlsIdentity } from './certificates.js';
import { isP256PublicKey, ProviderKeys } from './provider-keys.js';
import { StateDirectory, StateDirectoryError } from './state-directory.js';

const YEAR_MS = 365 * 86_400_000;
let directory: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'sandbox-state-'));
});
afterEach(() => rm(directory, { recursive: true }));

const state = (): StateDirectory => new StateDirectory(directory);

describe('the certificates', () => {
  it('name this machine, are signed by the authority, and last for years', async () => {
    const tls = await tlsIdentity(state(), 'sandbox.internal');
    const ca = new X509Certificate(tls.ca);
    const certificate = new X509Certificate(tls.certificate);
    expect(ca.ca).toBe(true);
    expect(certificate.verify(ca.publicKey)).toBe(true);
    expect(certificate.checkIssued(ca)).toBe(true);
    expect(certificate.checkHost('localhost')).toBe('localhost');
    expect(certificate.checkHost('sandbox.internal')).toBe('sandbox.internal');
    expect(certificate.checkIP('127.0.0.1')).toBe('127.0.0.1');
    expect(certificate.checkIP('::1')).toBeDefined();
    expect(certificate.validToDate.getTime() - Date.now()).toBeGreaterThan(4 * YEAR_MS);
  });

  it('are the same after a restart', async () => {
    expect(await tlsIdentity(state(), 'localhost')).toEqual(await tlsIdentity(state(), 'localhost'));
  });

  it('get a new server certificate from the same authority for a new name or a new time', async () => {
    const first = await tlsIdentity(state(), 'localhost');
    const renamed = await tlsIdentity(state(), 'sandbox.internal');
    expect(renamed.ca).toBe(first.ca);
    expect(renamed.certificate).not.toBe(first.certificate);
    const later = await tlsIdentity(state(), 'sandbox.internal', Date.now() + 5 * YEAR_MS);
    expect(later.ca).toBe(first.ca);
    expect(later.certificate).not.toBe(renamed.certificate);
  });

  it('are stored so that only their owner can read them', async () => {
    await tlsIdentity(state(), 'localhost');
    expect((await stat(join(directory, 'tls.json'))).mode & 0o777).toBe(0o600);
  });

  it('say which file is damaged and what to do', async () => {
    await writeFile(join(directory, 'tls.json'), '{"ca":');
    const attempt = tlsIdentity(state(), 'localhost');
    await expect(attempt).rejects.toThrow(StateDirectoryError);
    await expect(attempt).rejects.toThrow(/tls\.json is damaged: delete it/);
  });
});

describe('the provider keys', () => {
  it('survive a restart, registered ones included', async () => {
    const keys = await ProviderKeys.open(state());
    const minted = await Promise.all([keys.mint(), keys.mint(), keys.mint()]);
    const reopened = await ProviderKeys.open(state());
    expect(reopened.demoCredential()).toEqual(keys.demoCredential());
    for (const { keyId, teamId } of minted) expect(reopened.find(keyId)?.teamId).toBe(teamId);
    expect(await readdir(directory)).toEqual(['provider-keys.json']);
  });

  it('never keep the private half of a registered key', async () => {
    const keys = await ProviderKeys.open(state());
    const { privateKey } = await keys.mint();
    await keys.register({ teamId: 'ABCDEFGHIJ', keyId: 'KLMNOPQRST', publicKey: privateKey });
    expect(keys.list().every((key) => key.publicKey.startsWith('-----BEGIN PUBLIC KEY-----'))).toBe(true);
  });

  it('are P-256 keys and nothing else', async () => {
    const keys = await ProviderKeys.open(new StateDirectory(undefined));
    expect(isP256PublicKey(keys.list()[0]!.publicKey)).toBe(true);
    expect(isP256PublicKey('-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----')).toBe(false);
    expect(isP256PublicKey('')).toBe(false);
  });
});

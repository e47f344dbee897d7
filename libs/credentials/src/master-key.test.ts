import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { MasterKeyRefused, loadMasterKey } from './master-key.js';

const newKey = (): string => randomBytes(32).toString('base64');

describe('loadMasterKey', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'signalbox-master-key-'));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it('seals with the first of several keys and knows all of them', () => {
    const [first, second] = [newKey(), newKey()];
    const master = loadMasterKey({ key: `${first}, ${second}` });
    expect(master.sealing.key.toString('base64')).toBe(first);
    expect(master.byId.size).toBe(2);
  });

  it('reads a file that only its owner can read, with or without a newline at its end', () => {
    const file = join(folder, 'good');
    const key = newKey();
    writeFileSync(file, `${key}\n`, { mode: 0o600 });
    expect(loadMasterKey({ file }).sealing.key.toString('base64')).toBe(key);
  });

  it.each([0o640, 0o604, 0o660])('refuses a file with mode %o and says how to close it', (mode) => {
    const file = join(folder, `open-${mode}`);
    writeFileSync(file, newKey());
    chmodSync(file, mode);
    expect(() => loadMasterKey({ file })).toThrow(`chmod 600 ${file}`);
  });

  it.each([
    ['nothing', {}, /neither MASTER_KEY nor MASTER_KEY_FILE/],
    ['both settings', { key: newKey(), file: '/nowhere' }, /both set/],
    ['a key of 16 bytes', { key: randomBytes(16).toString('base64') }, /MASTER_KEY, key 1 is not 32 bytes/],
    ['text that is not base64', { key: 'not a key!' }, /MASTER_KEY, key 1/],
    ['a good key and a bad one', { key: `${newKey()},x` }, /MASTER_KEY, key 2/],
    ['a trailing comma', { key: `${newKey()},` }, /MASTER_KEY, key 2/],
    ['a file that is not there', { file: '/nowhere/master.key' }, /\/nowhere\/master.key cannot be read \(ENOENT\)/],
  ])('refuses %s, naming the setting', (_what, source, message) => {
    expect(() => loadMasterKey(source)).toThrow(MasterKeyRefused);
    expect(() => loadMasterKey(source)).toThrow(message);
  });

  it('never repeats a refused key in its message', () => {
    const secret = randomBytes(31).toString('base64');
    expect(() => loadMasterKey({ key: secret })).toThrow(
      expect.not.objectContaining({ message: expect.stringContaining(secret) }),
    );
  });
});

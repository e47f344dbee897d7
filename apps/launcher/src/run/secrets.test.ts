import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { LaunchRefused } from '../launch-refused.js';
import { keepSecrets } from './secrets.js';
import { type StateFolder, openStateFolder } from './state-folder.js';

describe('the secrets of an installation', () => {
  let root: string;
  let folder: StateFolder;

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'signalbox-secrets-'));
    folder = openStateFolder(join(root, 'state'));
  });
  afterEach(() => rmSync(root, { recursive: true }));

  it('are made once, for our eyes only, and stay the same', () => {
    const first = keepSecrets(folder);
    expect(keepSecrets(folder)).toEqual(first);
    expect(first.operatorToken).toMatch(/^sbo_\S{32,}$/);
    expect(Buffer.from(readFileSync(first.masterKeyFile, 'utf8'), 'base64')).toHaveLength(32);
    for (const file of [first.masterKeyFile, folder.path('secrets.json')]) {
      expect((statSync(file).mode & 0o777).toString(8)).toBe('600');
    }
    expect(statSync(folder.path()).mode & 0o066).toBe(0);
  });

  it('never replace a master key that sealed something and was lost', () => {
    const { masterKeyFile } = keepSecrets(folder);
    rmSync(masterKeyFile);
    expect(() => keepSecrets(folder)).toThrow(LaunchRefused);
    expect(() => keepSecrets(folder)).toThrow(/master\.key is missing.*put it back, or start afresh/);
  });

  it('are refused when the file is damaged, with the way out', () => {
    keepSecrets(folder);
    writeFileSync(folder.path('secrets.json'), '{"operatorToken":');
    expect(() => keepSecrets(folder)).toThrow(/secrets\.json cannot be read as secrets; delete it/);
  });

  it('need a folder that can be written, and the refusal names it', () => {
    writeFileSync(join(root, 'file'), '');
    expect(() => openStateFolder(join(root, 'file/state'))).toThrow(/cannot write to .*file\/state.*permission/);
  });
});

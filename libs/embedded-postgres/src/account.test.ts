import { chmod, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { canEnterAbove, canReach } from './account.js';

describe('what a borrowed account may reach', () => {
  const stranger = { name: 'stranger', uid: 61_234, gid: 61_234 };
  let root: string;

  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), 'signalbox-account-'));
    await mkdir(join(root, 'a/b'), { recursive: true });
  });
  afterAll(() => rm(root, { recursive: true }));

  it('ends at a closed folder anywhere above', async () => {
    await chmod(root, 0o700);
    expect(canEnterAbove(stranger, join(root, 'a/b/not-made-yet'))).toBe(false);
    await chmod(root, 0o711);
    expect(canEnterAbove(stranger, join(root, 'a/b/not-made-yet'))).toBe(true);
  });

  it('needs to read the target itself, too', async () => {
    await chmod(root, 0o711);
    await chmod(join(root, 'a/b'), 0o711);
    expect(canReach(stranger, join(root, 'a/b'))).toBe(false);
    await chmod(join(root, 'a/b'), 0o755);
    expect(canReach(stranger, join(root, 'a/b'))).toBe(true);
  });
});

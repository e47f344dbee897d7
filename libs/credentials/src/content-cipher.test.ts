import { randomBytes } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { newUuid } from '@signalbox/contracts';
import type { Database } from '@signalbox/database';
import { usePostgres } from '@signalbox/testing';
import { ContentCipher } from './content-cipher.js';
import { CONTENT_OVERHEAD, ContentBroken } from './content-key.js';
import { Envelope } from './envelope.js';
import { loadMasterKey } from './master-key.js';

const envelope = new Envelope(loadMasterKey({ key: randomBytes(32).toString('base64') }));
const plain = Buffer.from('Your order is on its way, Ada');

describe('ContentCipher', () => {
  const postgres = usePostgres();
  const cipher = (): ContentCipher => new ContentCipher(postgres.database(), envelope);

  it('decrypts in another process what it encrypted', async () => {
    const appId = newUuid();
    const { content, dekId } = await cipher().encrypt(appId, plain);
    expect(content.includes('Ada')).toBe(false);
    expect(content.length).toBe(plain.length + CONTENT_OVERHEAD);
    expect(await cipher().decrypt(appId, dekId, content)).toEqual(plain);
  });

  it('makes one data key for an app, however many processes need the first one at the same time', async () => {
    for (let round = 0; round < 10; round += 1) {
      const appId = newUuid();
      const sealed = await Promise.all(Array.from({ length: 8 }, () => cipher().encrypt(appId, plain)));
      expect(new Set(sealed.map(({ dekId }) => dekId)).size).toBe(1);
      const reader = cipher();
      for (const { content, dekId } of sealed) expect(await reader.decrypt(appId, dekId, content)).toEqual(plain);
    }
  });

  it('runs no statement for an app whose key it knows', async () => {
    const counted = countStatements(postgres.database());
    const one = new ContentCipher(counted.database, envelope);
    const appId = newUuid();
    await Promise.all(Array.from({ length: 50 }, () => one.encrypt(appId, plain)));
    const needed = counted.statements();
    const { content, dekId } = await one.encrypt(appId, plain);
    expect(counted.statements()).toBe(needed);
    await one.decrypt(appId, dekId, content);
    await one.decrypt(appId, dekId, content);
    expect(counted.statements()).toBe(needed + 1);
  });

  it('never uses a nonce twice with one key', async () => {
    const one = cipher();
    const appId = newUuid();
    const sealed = await Promise.all(Array.from({ length: 1_000 }, () => one.encrypt(appId, plain)));
    const heads = new Set(sealed.map(({ content }) => content.subarray(0, CONTENT_OVERHEAD - 16).toString('hex')));
    expect(heads.size).toBe(1_000);
  });

  it('refuses content of another app, altered content, and content of an unknown version', async () => {
    const [appId, other] = [newUuid(), newUuid()];
    const { content, dekId } = await cipher().encrypt(appId, plain);
    await expect(cipher().decrypt(other, dekId, content)).rejects.toThrow(ContentBroken);
    for (const at of [0, 1, 20, content.length - 1]) {
      const altered = Buffer.from(content);
      altered[at] = altered[at]! ^ 1;
      await expect(cipher().decrypt(appId, dekId, altered)).rejects.toThrow(ContentBroken);
    }
  });

  it('reads old content after its key was retired, writes under a new one, and reads none after the keys are deleted', async () => {
    const appId = newUuid();
    const before = await cipher().encrypt(appId, plain);
    await postgres.database().query('UPDATE data_key SET retired_at = now() WHERE app_id = $1', [appId]);
    const after = await cipher().encrypt(appId, plain);
    expect(after.dekId).not.toBe(before.dekId);
    expect(await cipher().decrypt(appId, before.dekId, before.content)).toEqual(plain);
    await postgres.database().query('DELETE FROM data_key WHERE app_id = $1', [appId]);
    await expect(cipher().decrypt(appId, before.dekId, before.content)).rejects.toThrow('shredded');
  });
});

function countStatements(real: Database): { database: Database; statements: () => number } {
  let count = 0;
  const database: Database = {
    ...real,
    query: (text, params) => {
      count += 1;
      return real.query(text, params);
    },
  };
  return { database, statements: () => count };
}

import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { newUuid, type Uuid } from '@signalbox/contracts';
import { type Sql, openPrisma, prismaSql } from '@signalbox/database';
import { usePostgres } from '@signalbox/testing';
import { CredentialReader } from './credential-reader.js';
import { Envelope, SealBroken } from './envelope.js';
import { loadMasterKey } from './master-key.js';
import { EndpointNotAllowed, UnknownApp, saveCredential } from './save-credential.js';

const privateKey = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  .privateKey.export({ type: 'pkcs8', format: 'pem' })
  .toString();
const secret = { teamId: 'ABCDE12345', keyId: 'KEY1234567', privateKey };
const endpoint = { origin: 'https://127.0.0.1:4012', ca: 'not checked here' };

describe('credentials in Postgres', () => {
  const postgres = usePostgres();
  const envelope = new Envelope(loadMasterKey({ key: randomBytes(32).toString('base64') }));
  const reader = new CredentialReader(envelope);
  const openOnly = async (appId: Uuid): Promise<unknown> => {
    const versions = await reader.byAppAndProvider(postgres.database(), [appId], 'apns');
    return reader.open(postgres.database(), versions.get(appId)!.id);
  };

  it('opens what was saved, and counts the version up in place', async () => {
    const sql = postgres.database();
    const appId = await addApp(sql, 'live');
    const first = await saveCredential(sql, envelope, { appId, provider: 'apns', secret });
    const second = await saveCredential(sql, envelope, {
      appId,
      provider: 'apns',
      secret: { ...secret, keyId: 'NEXT123456' },
    });
    expect([first.version, second.version]).toEqual([1, 2]);
    expect(second.id).toBe(first.id);
    expect(await openOnly(appId)).toEqual({
      id: first.id,
      appId,
      provider: 'apns',
      version: 2,
      secret: { ...secret, keyId: 'NEXT123456' },
    });
  });

  it('joins a Prisma transaction: rolled back with it, readable after it', async () => {
    const appId = await addApp(postgres.database(), 'live');
    const save = { appId, provider: 'apns', secret } as const;
    const prisma = openPrisma(postgres.url(), 'credentials-test');
    try {
      const undone = prisma.$transaction(async (tx) => {
        await saveCredential(prismaSql(tx), envelope, save);
        throw new Error('changed my mind');
      });
      await expect(undone).rejects.toThrow('changed my mind');
      expect((await reader.byAppAndProvider(prismaSql(prisma), [appId], 'apns')).size).toBe(0);
      const { id } = await prisma.$transaction((tx) => saveCredential(prismaSql(tx), envelope, save));
      expect(await reader.open(prismaSql(prisma), id)).toMatchObject({ version: 1, secret });
    } finally {
      await prisma.$disconnect();
    }
    expect(await openOnly(appId)).toMatchObject({ version: 1, secret });
  });

  it('stores and shows nothing secret in the clear', async () => {
    const sql = postgres.database();
    const appId = await addApp(sql, 'live');
    const { summary } = await saveCredential(sql, envelope, { appId, provider: 'apns', secret });
    const { rows } = await sql.query<{ row: string }>(
      'SELECT credential::text AS row FROM credential WHERE app_id = $1',
      [appId],
    );
    const keyMaterial = privateKey.split('\n')[1]!;
    for (const text of [JSON.stringify(summary), rows[0]!.row, Buffer.from(rows[0]!.row).toString('hex')]) {
      expect(text).not.toContain(keyMaterial);
      expect(text).not.toContain(Buffer.from(keyMaterial).toString('hex'));
    }
    expect(Object.keys(summary).sort()).toEqual(['keyId', 'publicKeySha256', 'teamId']);
  });

  it('lets only a test app name its own endpoint', async () => {
    const sql = postgres.database();
    const [live, test] = [await addApp(sql, 'live'), await addApp(sql, 'test')];
    const save = (appId: Uuid) =>
      saveCredential(sql, envelope, { appId, provider: 'apns', secret: { ...secret, endpoint } });
    await expect(save(live)).rejects.toThrow(EndpointNotAllowed);
    await expect(save(test)).resolves.toMatchObject({ summary: { endpoint: 'https://127.0.0.1:4012' } });
    await expect(save(newUuid())).rejects.toThrow(UnknownApp);
  });

  it('does not open a row that was copied to another app', async () => {
    const sql = postgres.database();
    const [victim, thief] = [await addApp(sql, 'live'), await addApp(sql, 'live')];
    await saveCredential(sql, envelope, { appId: victim, provider: 'apns', secret });
    await saveCredential(sql, envelope, { appId: thief, provider: 'apns', secret });
    await sql.query(
      'UPDATE credential SET sealed = (SELECT sealed FROM credential WHERE app_id = $1) WHERE app_id = $2',
      [victim, thief],
    );
    await expect(openOnly(thief)).rejects.toThrow(SealBroken);
  });

  it('answers for the apps that have a credential of the provider, and nothing for a credential that is gone', async () => {
    const sql = postgres.database();
    const [withOne, without] = [await addApp(sql, 'live'), await addApp(sql, 'live')];
    await saveCredential(sql, envelope, { appId: withOne, provider: 'apns', secret });
    expect([...(await reader.byAppAndProvider(sql, [withOne, without], 'apns')).keys()]).toEqual([withOne]);
    expect((await reader.byAppAndProvider(sql, [withOne], 'fcm')).size).toBe(0);
    expect(await reader.open(sql, newUuid())).toBeUndefined();
  });
});

async function addApp(sql: Sql, mode: 'live' | 'test'): Promise<Uuid> {
  const id = newUuid();
  await sql.query('INSERT INTO app (id, name, mode) VALUES ($1, $2, $3)', [id, 'Test', mode]);
  return id;
}

import { describe, expect, it } from '@jest/globals';
import { formatId, newUuid, QUEUES, type Uuid } from '@signalbox/contracts';
import { ContentCipher, Envelope, loadMasterKey } from '@signalbox/credentials';
import { append } from '@signalbox/event-log';
import { usePostgres } from '@signalbox/testing';
import { TemplateReader } from '../templates/template-reader.js';
import { deliveryIdOf } from '../work/delivery-id.js';
import { loadBatch } from './load-batch.js';

const INSERT_DEVICE = `
  INSERT INTO device (id, app_id, installation_id, user_id, platform, target_kind, target, environment, status)
  VALUES ($1, $2, 'phone', 'ann', 'ios', 'apns', 'aa', 'sandbox', 'active')`;

describe('loading a work row', () => {
  const postgres = usePostgres();
  const envelope = new Envelope(loadMasterKey({ key: Buffer.alloc(32, 7).toString('base64') }));
  const cipher = (): ContentCipher => new ContentCipher(postgres.database(), envelope);

  async function accept(appId: Uuid): Promise<Uuid> {
    const id = newUuid();
    const sealed = await cipher().encrypt(appId, Buffer.from('{"body":"x"}'));
    const data = { root: id, lane: 'bulk', to: { userId: 'ann' }, expiresAt: new Date().toISOString() };
    const subject = formatId('notification', id);
    await append(postgres.database(), [{ id, appId, type: 'notification.accepted', subject, data, ...sealed }]);
    return id;
  }

  it('refuses what was shredded, and loads the rest all the same', async () => {
    const [appId, device] = [newUuid(), newUuid()];
    await postgres.database().query(INSERT_DEVICE, [device, appId]);
    const shredded = await accept(appId);
    await postgres.database().query('DELETE FROM data_key');
    const kept = await accept(appId);
    const items = [shredded, kept].map((n) => ({ d: deliveryIdOf(n, device), n, v: device, a: 1 }));
    const [id, token] = [newUuid(), newUuid()];
    const work = { id, rootId: id, queue: QUEUES.apnsBulk, lane: 'bulk' as const, appId, credentialId: newUuid() };
    const templates = new TemplateReader(postgres.database());
    const loaded = await loadBatch(postgres.database(), cipher(), templates, {
      ...work,
      items,
      claims: 1,
      lateMs: 0,
      token,
    });
    expect(loaded.map((each) => each.message)).toEqual([
      { refused: 'content_unreadable' },
      expect.objectContaining({ content: { body: 'x' } }),
    ]);
  });
});

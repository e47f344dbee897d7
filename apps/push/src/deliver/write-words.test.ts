import { beforeEach, describe, expect, it } from '@jest/globals';
import {
  formatId,
  newUuid,
  QUEUES,
  templateDocument,
  type TemplateDocumentInput,
  type TemplateParams,
  type Uuid,
} from '@signalbox/contracts';
import { ContentCipher, Envelope, loadMasterKey } from '@signalbox/credentials';
import { append } from '@signalbox/event-log';
import { usePostgres } from '@signalbox/testing';
import { TemplateReader } from '../templates/template-reader.js';
import { Templates } from '../templates/templates.js';
import { deliveryIdOf } from '../work/delivery-id.js';
import type { SendItem } from '../work/push-work.js';
import { loadBatch } from './load-batch.js';

const AT = '2026-11-26T23:30:00Z';
const DUE: TemplateDocumentInput = {
  parameters: { at: { type: 'date' }, text: { type: 'string', maxLength: 4_096, required: false } },
  defaultLocale: 'en',
  locales: {
    en: { body: 'Due {at, date, moment}' },
    de: { body: 'Fällig {at, date, moment}{text, select, none {} other {{text}}}' },
  },
};

describe('a notification made of a template', () => {
  const postgres = usePostgres();
  const envelope = new Envelope(loadMasterKey({ key: Buffer.alloc(32, 7).toString('base64') }));
  const cipher = (): ContentCipher => new ContentCipher(postgres.database(), envelope);
  let appId: Uuid;
  let version: number;

  const put = (document: TemplateDocumentInput) =>
    new Templates(postgres.database(), new Map()).put(appId, 'due', templateDocument.parse(document), true);

  beforeEach(async () => {
    appId = newUuid();
    version = (await put(DUE)).version;
  });

  async function accept(params: TemplateParams, of = version): Promise<Uuid> {
    const id = newUuid();
    const content = { template: { id: 'due', version: of, params } };
    const sealed = await cipher().encrypt(appId, Buffer.from(JSON.stringify(content)));
    const template = { id: 'due', version: of };
    const expiresAt = new Date(Date.now() + 60_000).toISOString();
    const data = { root: id, lane: 'bulk', to: { userId: 'ann' }, expiresAt, template };
    const subject = formatId('notification', id);
    await append(postgres.database(), [{ id, appId, type: 'notification.accepted', subject, data, ...sealed }]);
    return id;
  }

  async function device(locale: string | null, timeZone: string | null, targetKind = 'apns'): Promise<Uuid> {
    const id = newUuid();
    await postgres.database().query(
      `INSERT INTO device (id, app_id, installation_id, user_id, platform, target_kind, target, environment, locale, time_zone, status)
       VALUES ($1, $2, $3, 'ann', 'ios', $4, $3, 'sandbox', $5, $6, 'active')`,
      [id, appId, newUuid(), targetKind, locale, timeZone],
    );
    return id;
  }

  const prefers = (locale: string | null, timeZone: string | null) =>
    postgres
      .database()
      .query(`INSERT INTO push_user (app_id, user_id, locale, time_zone) VALUES ($1, 'ann', $2, $3)`, [
        appId,
        locale,
        timeZone,
      ]);

  /** What the phones of some items are sent, or why not. */
  async function said(items: readonly Omit<SendItem, 'd' | 'a'>[]): Promise<unknown[]> {
    const [id, token] = [newUuid(), newUuid()];
    const work = { id, rootId: id, queue: QUEUES.apnsBulk, lane: 'bulk' as const, appId, credentialId: newUuid() };
    const all = items.map((item) => ({ ...item, d: deliveryIdOf(item.n, item.v), a: 1 }));
    const templates = new TemplateReader(postgres.database());
    const loaded = await loadBatch(postgres.database(), cipher(), templates, {
      ...work,
      items: all,
      claims: 1,
      lateMs: 0,
      token,
    });
    return loaded.map(({ message }) => {
      if ('refused' in message) return message.refused;
      return 'content' in message ? message.content.body!.replaceAll(/[\u00a0\u202f]/g, ' ') : message;
    });
  }

  it('says it to each phone in its language and by its clock', async () => {
    const n = await accept({ at: AT });
    const phones = [
      await device('de-DE', 'Europe/Berlin'),
      await device('fr-FR', 'America/New_York'),
      await device(null, null),
    ];
    expect(await said(phones.map((v) => ({ n, v })))).toEqual([
      'Fällig 27. November 2026 um 00:30',
      'Due November 26, 2026 at 6:30 PM',
      'Due November 26, 2026 at 11:30 PM',
    ]);
  });

  it('follows what was decided when it was routed, then the user, then the app', async () => {
    const n = await accept({ at: AT });
    const silent = await device(null, null);
    await postgres
      .database()
      .query('INSERT INTO push_policy (app_id, version, document) VALUES ($1, 1, $2)', [
        appId,
        JSON.stringify({ defaults: { locale: 'de', timeZone: 'Asia/Tokyo' } }),
      ]);
    expect(await said([{ n, v: silent }])).toEqual(['Fällig 27. November 2026 um 08:30']);
    await prefers('en-GB', 'Europe/London');
    const phone = await device('de-DE', 'Europe/Berlin');
    expect(await said([{ n, v: phone }])).toEqual(['Due 26 November 2026 at 23:30']);
    expect(await said([{ n, v: phone, l: 'de-AT' }])).toEqual(['Fällig 26. November 2026 um 23:30']);
  });

  it('says what its version said, whatever was put or removed since', async () => {
    const n = await accept({ at: AT });
    const v = await device('en', null);
    await put({ ...DUE, locales: { en: { body: 'Other words' } } });
    await new Templates(postgres.database(), new Map()).remove(appId, 'due');
    expect(await said([{ n, v }])).toEqual(['Due November 26, 2026 at 11:30 PM']);
    expect(await said([{ n: await accept({}, 9), v }])).toEqual(['template_unknown']);
  });

  it.each(['apns', 'fcm_token'])('that is too long in one language is refused there alone (%s)', async (kind) => {
    const n = await accept({ at: AT, text: 'x'.repeat(4_000) });
    const phones = [await device('de', null, kind), await device('en', null, kind)];
    expect(await said(phones.map((v) => ({ n, v })))).toEqual([
      'payload_too_large',
      'Due November 26, 2026 at 11:30 PM',
    ]);
  });
});

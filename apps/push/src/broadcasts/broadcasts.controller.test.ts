import { afterAll, describe, expect, it } from '@jest/globals';
import type { BroadcastView, ProblemBody, StartedAnswer } from '@signalbox/contracts';
import { ContentCipher, CredentialReader } from '@signalbox/credentials';
import { openQueueBackend, Publisher, type QueueBackend } from '@signalbox/queues';
import { createLogger } from '@signalbox/telemetry';
import { Composer } from '../notify/composer.js';
import { usePushRoutes } from '../push-routes.harness.js';
import { QuotaLots } from '../quotas/quota-lots.js';
import { Quotas } from '../quotas/quotas.js';
import { TemplateReader } from '../templates/template-reader.js';
import { Broadcasts } from './broadcasts.js';
import { BroadcastsModule } from './broadcasts.module.js';

const TOMORROW = new Date(Date.now() + 24 * 3_600_000).toISOString();
const SALE = { to: { everyone: true }, content: { body: 'sale' } };

describe('the routes of broadcasts', () => {
  let backend: QueueBackend;
  afterAll(() => backend.close());
  const routes = usePushRoutes((database, envelope) => {
    const logger = createLogger('broadcasts', 'silent');
    backend = openQueueBackend({ databaseUrl: routes.databaseUrl(), prefix: '{broadcasts}', logger });
    const parts = {
      cipher: new ContentCipher(database, envelope),
      credentials: new CredentialReader(envelope),
      composer: new Composer(new TemplateReader(database)),
      publisher: new Publisher(backend, logger),
      quotas: new Quotas(database, new QuotaLots(database, logger), { of: () => undefined, generation: 0 }),
    };
    return [BroadcastsModule.with(new Broadcasts({ database, ...parts, daysAhead: 400 }))];
  });

  async function scheduled() {
    const app = await routes.makeApp();
    const key = await routes.makeKey(app.id, 'secret', ['notifications:read', 'notifications:write']);
    const call = <Body = BroadcastView>(method: string, path: string, body?: unknown) =>
      routes.call<Body>(method, `/v1/broadcasts${path}`, key, body);
    const { body } = await call<StartedAnswer>('POST', '', { ...SALE, options: { sendAt: TOMORROW } });
    return { call, steer: (how: string) => call(`POST`, `/${body.id}/${how}`) };
  }

  it('take a wish twice that was said twice', async () => {
    const { steer } = await scheduled();
    for (const how of ['pause', 'pause'])
      expect(await steer(how)).toMatchObject({ status: 200, body: { state: 'paused' } });
    for (const how of ['resume', 'resume']) {
      expect(await steer(how)).toMatchObject({ status: 200, body: { state: 'scheduled' } });
    }
    for (const how of ['cancel', 'cancel']) {
      expect(await steer(how)).toMatchObject({
        status: 200,
        body: { state: 'cancelled', devices: { cancelled: null } },
      });
    }
    expect((await steer('pause')).status).toBe(409);
    expect((await steer('resume')).status).toBe(409);
  });

  it('refuse a filter with a time that no database knows', async () => {
    const { call } = await scheduled();
    const to = { filter: { device: 'lastSeenAt', before: '0000-01-01T00:00:00Z' } };
    const refused = await call<ProblemBody>('POST', '', { ...SALE, to });
    expect(refused).toMatchObject({ status: 422, body: { errors: [{ pointer: '/to/filter/before' }] } });
  });
});

import { randomBytes } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import type { ProblemBody, ScheduleView } from '@signalbox/contracts';
import { ContentCipher, Envelope, loadMasterKey } from '@signalbox/credentials';
import { Composer } from '../notify/composer.js';
import { usePushRoutes } from '../push-routes.harness.js';
import { TemplateReader } from '../templates/template-reader.js';
import { Schedules } from './schedules.js';
import { SchedulesModule } from './schedules.module.js';

describe('a schedule that is never due', () => {
  const routes = usePushRoutes((database) => {
    const cipher = new ContentCipher(
      database,
      new Envelope(loadMasterKey({ key: randomBytes(32).toString('base64') })),
    );
    return [SchedulesModule.with(new Schedules(database, cipher, new Composer(new TemplateReader(database))))];
  });

  it.each([
    ['a moment', { cron: 'Dec 24 2036 18:00 GMT' }, '/cron', /without a colon/],
    ['a day of no month', { cron: '0 0 30 2 *' }, '/cron', /no time in the future/],
    ['a day of no month, and an end', { cron: '0 0 30 2 *', endAt: '2036-01-01T00:00:00Z' }, '/cron', /in the future/],
    ['an end that has passed', { endAt: '2020-01-01T00:00:00Z' }, '/endAt', /in the future/],
  ])('is refused, and what is wrong is named: %s', async (_, change, pointer, reason) => {
    const app = await routes.makeApp();
    const key = await routes.makeKey(app.id, 'secret', ['notifications:write']);
    const notification = { to: { userId: 'ann' }, content: { body: 'good morning' } };
    const call = (method: string, path: string, body: object) =>
      routes.call<ScheduleView & ProblemBody>(method, `/v1/schedules${path}`, key, body);
    const expected = { status: 422, body: { errors: [{ pointer, reason: expect.stringMatching(reason) }] } };
    expect(await call('POST', '', { name: 'often', cron: '0 9 * * *', notification, ...change })).toMatchObject(
      expected,
    );
    const made = await call('POST', '', { name: 'often', cron: '0 9 * * *', notification });
    expect(await call('PATCH', `/${made.body.id}`, change)).toMatchObject(expected);
  });
});

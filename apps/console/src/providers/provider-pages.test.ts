import { beforeEach, describe, expect, it } from '@jest/globals';
import { type BreakerView, formatId, newUuid } from '@signalbox/contracts';
import { insertApp } from '@signalbox/testing';
import { useOperator } from '../signed-in.harness.js';

const credentialId = formatId('credential', newUuid());
const minutes = (count: number): string => new Date(Date.now() + count * 60_000).toISOString();

const automatic: BreakerView = {
  ...{ credentialId, appId: formatId('app', newUuid()), provider: 'apns', position: 'automatic' },
  ...{ reason: null, since: null, until: null, hold: null, flags: [], waiting: 0, processes: [] },
};
const silent: BreakerView = {
  ...automatic,
  hold: { reason: 'provider_does_not_answer', since: minutes(-12.5), until: minutes(0.05) },
  waiting: 1_234,
  processes: [
    {
      ...{ process: 'push-7:42', service: '', state: 'open', since: minutes(-12.5) },
      answers: [{ reason: 'TIMEOUT <1>', at: minutes(-0.1) }],
    },
  ],
};

describe('providers on the console', () => {
  const { postgres, push, operator } = useOperator();

  beforeEach(() => {
    push.breakers = [automatic];
    push.asked.length = 0;
  });

  const changes = () => push.asked.filter(({ method }) => method !== 'GET');
  const figure = (provider: string, sent: number, failed: number) =>
    postgres.database().query(
      `INSERT INTO push_figure (process, provider, lane, accepted, sent, failed, retried, latency)
       VALUES ('here:1', $1, 'bulk', 0, $2, $3, 0, '{0,10,0,0,0,0,0,0,0,0,0}')`,
      [provider, sent, failed],
    );

  it('show how the breaker stands in each process, since when, and what the last answer was', async () => {
    push.breakers = [silent];
    const page = await operator().page('/providers');
    for (const shown of ['does not answer', 'push-7:42', '12 min ago', 'TIMEOUT &lt;1&gt;', '1,234 deliveries']) {
      expect(page).toContain(shown);
    }
    expect(await operator().page('/')).toMatch(
      /APNs does not answer: provider_does_not_answer – 1,234 deliveries waiting/,
    );
  });

  it('are drawn with what went to them, and a sentence says the same', async () => {
    await figure('fcm', 1_200, 3);
    const page = await operator().page('/providers');
    expect(page).toMatch(
      /aria-label="Sent, each minute of the last hour: 1,200 in all, 1,200 at most, at \d\d:\d\d UTC/,
    );
    // Sent, failed, and what Stripe told.
    expect(page.match(/<rect class="bar"/g)).toHaveLength(3 * 60);
    expect(page).toContain('<b>13 ms</b>half of the attempts');
    expect(await operator().page('/')).toMatch(/aria-label="failed, each minute of the last hour: 3 in all/);
  });

  it('say which flag turns one off, where it is set, why and in which processes', async () => {
    const hold = { reason: 'held_by_flag', since: minutes(-2), until: minutes(2) };
    const off = { flag: 'push.apns', source: 'file', reason: 'recall 4711', since: minutes(-2), processes: ['p:1'] };
    push.breakers = [{ ...automatic, hold, flags: [{ ...off, source: 'file' }], waiting: 7 }];
    await postgres.database().query(
      `INSERT INTO flag_stance (process, flag, source, is_on, apps, until)
       VALUES ('events-3:1', 'webhooks.post', 'environment', true, $1, now() + interval '1 min')`,
      [{ [newUuid()]: { on: false, reason: 'they asked' } }],
    );
    const page = await operator().page('/providers');
    expect(page).toContain('off by a flag');
    expect(page).toMatch(
      /<code>push\.apns<\/code> in the file: recall 4711\s*<span class="quiet">since .*2 min ago.*of p:1/,
    );
    for (const shown of ['webhooks.post', 'the environment', 'they asked', 'events-3:1']) expect(page).toContain(shown);
    expect(page).not.toContain('<dt>On hold');
  });

  it('are isolated for a reason and a time, and left to themselves again', async () => {
    const { to, message, page } = await operator().follow(`/breakers/${credentialId}`, {
      ...{ position: 'open', reason: 'Apple is on fire', minutes: '60' },
    });
    expect([to, message]).toEqual(['/providers', expect.stringContaining('Isolated:')]);
    expect(changes()).toMatchObject([
      {
        ...{ method: 'PUT', path: `/v1/breakers/${credentialId}` },
        body: { position: 'open', reason: 'Apple is on fire', until: expect.any(String) },
      },
    ]);
    const { until } = changes()[0]!.body as { until: string };
    expect(Math.abs(Date.parse(until) - Date.now() - 3_600_000)).toBeLessThan(60_000);
    expect(page).toMatch(/Isolated<\/dt>\s*<dd>\s*Apple is on fire/);
    expect(await operator().page('/')).toContain('APNs isolated: Apple is on fire');
    const ended = await operator().follow(`/breakers/${credentialId}`, { position: 'automatic', reason: 'over' });
    expect(ended.message).toContain('Left to itself.');
    expect(operator().logged('operator action').at(-1)).toMatchObject({
      ...{ action: `POST /breakers/${credentialId}`, position: 'automatic' },
    });
  });

  it('come with the gateways that do not answer an app, in which process and since when, and with what they told', async () => {
    expect(await operator().page('/providers')).toContain('Gateways answer: no breaker of an app is open.');
    const app = await insertApp(postgres.database(), 'test');
    const breaker = (calls: string, state: string, until: string) =>
      postgres.database().query(
        `INSERT INTO gateway_breaker (process, app_id, gateway, calls, state, since, until)
         VALUES ('payments-3:9', $1, 'stripe', $2, $3, now() - interval '12 minutes', now() + $4::interval)`,
        [app, calls, state, until],
      );
    await breaker('charge', 'open', '40 seconds');
    await breaker('settle', 'closed', '0');
    // Its process is gone, or nobody has asked since.
    await breaker('read', 'open', '-11 minutes');
    const page = await operator().page('/providers');
    for (const shown of [formatId('app', app), 'payments-3:9', '12 min ago']) expect(page).toContain(shown);
    expect(page).toMatch(/data-label="Turned away"[^>]*>charges</);
    expect(page).not.toMatch(/captures, cancels|reading for callers/);
    expect(page).toMatch(/aria-label="Events of Stripe taken, each minute of the last hour: none"/);
    expect(await operator().page('/')).toContain('does not answer 1 app');
  });

  it('are not moved without a reason, nor where there is no such credential', async () => {
    const { message } = await operator().follow(`/breakers/${credentialId}`, { position: 'open', reason: '' });
    expect(message).toContain('reason: must say why');
    expect((await operator().submit('/breakers/x', { position: 'open', reason: 'x' })).status).toBe(404);
    expect(changes()).toEqual([]);
  });

  it('and all else that changes come to an open overview without forms, which nobody could press by mistake', async () => {
    push.breakers = [silent];
    const part = await (await operator().get('/?live=1')).text();
    expect(part).toContain('does not answer');
    expect(part).not.toMatch(/<form|<html/);
  });

  it('are all that is shown where nothing waits', async () => {
    expect(await operator().page('/')).toContain('Nothing waits for you.');
  });
});

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually, usePostgres } from '@signalbox/testing';
import { goodToken, type Stack, startStack } from './stack.js';

const ALWAYS = [{ start: '00:00', end: '24:00' }];

describe("an app's policy", () => {
  let stack: Stack;
  afterAll(() => stack.stop(), 30_000);
  const postgres = usePostgres();
  beforeAll(async () => {
    stack = await startStack({ databaseUrl: postgres.url() });
  }, 60_000);

  async function phoneOf(user: string): Promise<() => Record<string, unknown>[]> {
    const token = goodToken();
    await stack.registerDevice(stack.app, { installation: `phone-of-${user}`, user, token });
    return () => stack.received().flatMap((push) => (push.token === token ? [push.payload] : []));
  }
  async function send(user: string, options: object): Promise<string> {
    const body = { to: { userId: user }, content: { body: 'hello', sound: 'default' }, options };
    const answer = await stack.push_('POST', '/v1/notifications', body);
    expect(answer.status).toBe(202);
    return answer.body.id as string;
  }
  const explain = async (id: string) => (await stack.push_('GET', `/v1/notifications/${id}/explain`)).body;
  const ends = (id: string, status: string) => eventually(async () => expect((await explain(id)).status).toBe(status));
  async function policy(document: object): Promise<void> {
    const current = await stack.push_('GET', '/v1/policy');
    const answer = await stack.push_('PUT', '/v1/policy', document, { 'if-match': current.headers.get('etag')! });
    expect(answer.status).toBe(200);
  }
  const say = async (user: string, preferences: object): Promise<void> => {
    expect((await stack.push_('PUT', `/v1/users/${user}/preferences`, preferences)).status).toBe(200);
  };

  it('keeps what users do not want from their phones, and says which rule did and what would have helped', async () => {
    const received = await phoneOf('ann');
    await policy({ categories: { news: { caps: [{ max: 1, perSeconds: 3_600 }] } } });
    const first = await send('ann', { category: 'news' });
    await ends(first, 'sent');
    const second = await send('ann', { category: 'news' });
    await ends(second, 'refused');
    expect((await explain(second)).because).toMatch(
      /category news, max 1 per hour\. It would have been sent at .*Z or later/,
    );
    await say('ann', { choices: { news: 'out' } });
    const third = await send('ann', { category: 'news' });
    await ends(third, 'refused');
    expect(await explain(third)).toMatchObject({
      because: expect.stringContaining(
        'category news, the user opted out of it. It would have been sent if the user had "news": "in"',
      ),
      timeline: [{}, { what: 'delivery.refused', data: { reason: 'opted_out', policyVersion: 1 } }],
    });
    expect(received()).toHaveLength(1);
  });

  it('lets a night pass before it wakes anybody, and asks what holds then', async () => {
    const received = await phoneOf('bob');
    await say('bob', { quietHours: ALWAYS });
    const [delayed, cancelled] = [
      await send('bob', { priority: 'bulk', ttlSeconds: 2_000_000 }),
      await send('bob', { priority: 'bulk', ttlSeconds: 2_000_000 }),
    ];
    await ends(delayed, 'delayed');
    await ends(cancelled, 'delayed');
    expect(await explain(delayed)).toMatchObject({
      because: expect.stringContaining("delayed in the user's quiet hours"),
      next: [expect.stringMatching(/ at .*Z; the policy is asked again then\.$/)],
    });
    expect((await stack.push_('DELETE', `/v1/notifications/${cancelled}`)).body.status).toBe('cancelled');
    await say('bob', {});
    // The night is over.
    await postgres.database().query('UPDATE push_work SET due_at = now(), next_offer_at = now()');
    await ends(delayed, 'sent');
    expect(received()).toHaveLength(1);
  });

  it('sends without a sound where a category may come in quiet hours', async () => {
    const received = await phoneOf('cleo');
    await policy({ defaults: { quietHours: ALWAYS }, categories: { hints: { quietHours: 'silent' } } });
    await ends(await send('cleo', { category: 'hints', priority: 'bulk' }), 'sent');
    await ends(await send('cleo', {}), 'sent');
    expect(received().map(({ aps }) => aps)).toEqual([
      { alert: { body: 'hello' }, 'interruption-level': 'passive' },
      { alert: { body: 'hello' }, sound: 'default' },
    ]);
  });
});

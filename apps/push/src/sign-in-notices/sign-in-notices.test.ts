import { describe, expect, it } from '@jest/globals';
import { formatId, newUuid, noticeIdOf, type EventType } from '@signalbox/contracts';
import { useNotices } from '../notices/notices.harness.js';
import { SIGN_IN_NOTICES } from './sign-in-notices.js';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const [user, session, notice] = [
  formatId('user', newUuid()),
  formatId('session', newUuid()),
  formatId('signInAlert', newUuid()),
];

describe('facts about sign-ins', () => {
  const stage = useNotices(SIGN_IN_NOTICES);
  const { sql, read, counted } = stage;
  const fact = (type: EventType, data: object, content?: object) => stage.fact(type, session, data, { content });

  const anomaly = (more: object = {}, content: object | undefined = { token: 'secret-token', deviceName: 'Pixel 9' }) =>
    fact(
      'auth.login_anomaly',
      {
        userId: user,
        sessionId: session,
        noticeId: notice,
        verdict: 'notify',
        reasons: [
          { code: 'new_device', facts: { network: 'ipv4' } },
          { code: 'new_country', facts: { country: 'FR' } },
        ],
        country: 'FR',
        occurredAt: new Date().toISOString(),
        ...more,
      },
      content,
    );

  const signedOut = (reason: string) =>
    fact('auth.signed_out', { userId: user, sessionId: session, clientId: 'cli_1', reason });

  it('become a notification that asks, with the token that answers and what the app shows', async () => {
    const id = await anomaly();
    const [made, ...others] = await read();
    expect(others).toEqual([]);
    expect(made).toMatchObject({
      id: noticeIdOf(id),
      payload: {
        to: { userId: user },
        lane: 'transactional',
        category: 'security',
        collapseKey: `sign-in:${notice}`,
        cause: formatId('event', id),
      },
      content: {
        title: 'Was this you?',
        data: {
          type: 'auth.login_anomaly',
          noticeId: notice,
          sessionId: session,
          verdict: 'notify',
          reasons: 'new_device,new_country',
          country: 'FR',
          deviceName: 'Pixel 9',
          token: 'secret-token',
        },
      },
    });
    expect(made!.content.body).toContain('New sign-in on Pixel 9 in France');
    expect(Date.parse(made!.content.data['at']!)).toBeLessThanOrEqual(Date.now());
    expect(await counted()).toEqual({ 'auth.login_anomaly told': 1 });
  });

  it.each([
    ['new_device', {}, 'New sign-in on Pixel 9 in France', 'Neue Anmeldung auf Pixel 9, Frankreich'],
    [
      'two_networks',
      { reasons: [{ code: 'two_networks', facts: {} }] },
      'Your sign-in on Pixel 9 is being used from two networks',
      'Ihre Anmeldung auf Pixel 9 wird gleichzeitig aus zwei Netzen benutzt',
    ],
    [
      'a refusal',
      { sessionId: undefined, verdict: 'refuse' },
      'Somebody tried to sign in to your account in France',
      'Jemand wollte sich bei Ihrem Konto anmelden, Frankreich',
    ],
  ] as const)('of %s are told in the language of the phone', async (_name, more, english, german) => {
    await anomaly(more);
    expect((await read())[0]!.content.body).toContain(english);
    await stage.device({ userId: user, locale: 'de-DE' });
    await anomaly(more);
    const told = (await read()).map(({ content }) => content.body);
    expect(told).toContainEqual(expect.stringContaining(german));
  });

  it('keep the token out of the words, and out of what readers of the feed get', async () => {
    await anomaly();
    const [made] = await read();
    expect(made!.content.title + made!.content.body).not.toContain('secret-token');
    const { rows } = await sql('SELECT id, type, subject, payload FROM event_log');
    expect(JSON.stringify(rows)).not.toMatch(/secret-token|Pixel/);
    const { rows: raw } = await sql<{ content: Buffer }>('SELECT content FROM event_log WHERE content IS NOT NULL');
    for (const { content } of raw) expect(content.toString('latin1')).not.toContain('secret-token');
  });

  it('are told without a token when its key is gone', async () => {
    await anomaly();
    await sql('DELETE FROM data_key WHERE app_id = $1', [stage.appId()]);
    const [made] = await read();
    expect(made!.content.body).toContain('New sign-in on a device in France');
    expect(made!.content.data).not.toHaveProperty('token');
  });

  it.each([
    ['a sign-in, on the phone that it let in', {}, session],
    ['a refusal, on no phone', { sessionId: undefined, verdict: 'refuse' }, undefined],
    // Its own phone may be the only one that can end it.
    ['a session in use from two networks, on no phone', { reasons: [{ code: 'two_networks', facts: {} }] }, undefined],
  ])('are not asked about %s', async (_name, more, exceptSession) => {
    await anomaly(more);
    expect((await read())[0]!.payload.exceptSession).toBe(exceptSession);
  });

  it('are not asked about on phones of other sessions that nobody has answered for', async () => {
    const inQuestion = [formatId('session', newUuid()), formatId('session', newUuid())];
    await anomaly({ inQuestion });
    expect((await read())[0]!.payload).toMatchObject({ exceptSession: session, exceptSessions: inQuestion });
  });

  it('are not told on a phone whose session ended before, though nobody read of its end yet', async () => {
    const [stranger, own] = [
      await stage.device({ userId: user, sessionId: session }),
      await stage.device({ userId: user }),
    ];
    await signedOut('not_me');
    await anomaly({ sessionId: formatId('session', newUuid()) });
    expect(await read()).toHaveLength(1);
    const { rows } = await sql('SELECT id, user_id FROM device WHERE app_id = $1 ORDER BY id', [stage.appId()]);
    expect(rows).toEqual([
      { id: stranger, user_id: null },
      { id: own, user_id: user },
    ]);
  });

  it('of a copy that was used are told, other ends of a session are not', async () => {
    await signedOut('refresh_reused');
    for (const reason of ['signed_out', 'revoked', 'superseded', 'not_me', 'password_changed']) await signedOut(reason);
    const [made, ...others] = await read();
    expect(others).toEqual([]);
    expect(made).toMatchObject({
      payload: { to: { userId: user }, category: 'security', collapseKey: `session:${session}` },
      content: {
        body: expect.stringContaining('A copy of your sign-in was used and stopped'),
        data: { type: 'auth.signed_out', sessionId: session, reason: 'refresh_reused' },
      },
    });
    expect(await counted()).toEqual({ 'auth.signed_out told': 1, 'auth.signed_out not_news': 5 });
  });

  const factor = { userId: user, factorId: 'fct_1', kind: 'passkey' };
  it.each([
    [
      'auth.factor_added',
      factor,
      'A passkey was added to your account.',
      'Zu Ihrem Konto wurde ein Passkey hinzugefügt.',
    ],
    [
      'auth.factor_added',
      { ...factor, kind: 'totp' },
      'An authenticator app was set up',
      'eine Authenticator-App eingerichtet',
    ],
    [
      'auth.factor_added',
      { userId: user, kind: 'recovery_codes' },
      'New recovery codes',
      'neue Wiederherstellungscodes',
    ],
    ['auth.factor_removed', { ...factor, reason: 'removed' }, 'A passkey was removed', 'ein Passkey entfernt'],
    [
      'auth.factor_removed',
      { userId: user, kind: 'recovery_codes', reason: 'used', left: 9 },
      'A recovery code of your account was used. Still good: 9.',
      'Ein Wiederherstellungscode Ihres Kontos wurde benutzt. Noch gültig: 9.',
    ],
    [
      'auth.factor_removed',
      { userId: user, kind: 'recovery_codes', reason: 'removed' },
      'The recovery codes of your account were removed. Please make new ones.',
      'Die Wiederherstellungscodes Ihres Kontos wurden entfernt.',
    ],
  ] as const)('of type %s (%j) are told in the language of the phone', async (type, data, english, german) => {
    await fact(type, data);
    const [first] = await read();
    expect(first!.payload).toMatchObject({ to: { userId: user }, category: 'security' });
    expect(first!.content).toMatchObject({ body: expect.stringContaining(english), data: { type, kind: data.kind } });
    await stage.device({ userId: user, locale: 'de-DE' });
    await fact(type, data);
    expect((await read())[1]!.content.body).toContain(german);
  });

  it('of a factor that is replaced, and of codes that come with one, are one message', async () => {
    await fact('auth.factor_added', { ...factor, kind: 'totp' });
    await fact('auth.factor_removed', { ...factor, kind: 'totp', factorId: 'fct_0', reason: 'replaced' });
    await fact('auth.factor_added', { userId: user, kind: 'recovery_codes', withFactor: true });
    expect(await read()).toHaveLength(1);
    expect(await counted()).toEqual({
      'auth.factor_added told': 1,
      'auth.factor_removed told_otherwise': 1,
      'auth.factor_added told_otherwise': 1,
    });
  });

  it('are taken back once they were answered on another phone, and not asked when they were answered before', async () => {
    const answered = { userId: user, sessionId: session, noticeId: notice, answer: 'not_me' };
    await anomaly();
    await read();
    await fact('auth.login_anomaly_answered', answered);
    await read();
    expect((await sql('SELECT FROM push_work')).rowCount).toBe(0);
    await anomaly();
    await read();
    expect(await counted()).toEqual({
      'auth.login_anomaly told': 1,
      'auth.login_anomaly withdrawn': 1,
      'auth.login_anomaly ended': 1,
    });
  });

  it('of the same session that were not answered are asked, whatever was answered before', async () => {
    await anomaly();
    await fact('auth.login_anomaly_answered', {
      userId: user,
      sessionId: session,
      noticeId: notice,
      answer: 'it_was_me',
    });
    await anomaly({ noticeId: formatId('signInAlert', newUuid()) });
    expect(await read()).toHaveLength(1);
    expect(await counted()).toEqual({ 'auth.login_anomaly told': 1, 'auth.login_anomaly ended': 1 });
  });

  it('that are a day old are still told, and those of a week ago are not', async () => {
    await anomaly({ occurredAt: new Date(Date.now() - DAY).toISOString() });
    await anomaly({ occurredAt: new Date(Date.now() - 7 * DAY).toISOString() });
    const made = await read();
    expect(made).toHaveLength(1);
    expect(Date.parse(made[0]!.payload.expiresAt)).toBeLessThan(Date.now() + 5 * DAY + HOUR);
    expect(await counted()).toEqual({ 'auth.login_anomaly told': 1, 'auth.login_anomaly too_old': 1 });
  });
});

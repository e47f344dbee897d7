import { describe, expect, it } from '@jest/globals';
import { formatId } from '@signalbox/contracts';
import { authSettings } from '../settings/auth-settings.js';
import { useSignIn } from '../sign-in.harness.js';
import { IP_OF, newTestUser } from './anomalies.harness.js';

const signIn = useSignIn();
const sql = (text: string, params: unknown[]) => signIn.database().query(text, params);
const codes = (reasons: readonly { code: string }[]): string[] => reasons.map(({ code }) => code);

describe('a sign-in', () => {
  it('is nothing unusual when it is the first, wherever it is from and whatever it keeps', async () => {
    for (const visit of [{ device: 'phone' }, { device: undefined }, { ip: IP_OF.NOWHERE }]) {
      const user = await newTestUser(signIn);
      const { judgement } = await user.signIn(visit);
      expect(judgement).toMatchObject({ verdict: 'allow', reasons: [] });
      expect(await user.alerts()).toEqual([]);
    }
  });

  it('is nothing unusual with a device that was there before', async () => {
    const user = await newTestUser(signIn);
    await user.signIn({ device: 'phone' });
    expect((await user.signIn({ device: 'phone' })).judgement).toEqual({
      verdict: 'allow',
      reasons: [],
      country: 'DE',
    });
  });

  it('with a new device is told when its tokens are fetched, in the same transaction, and only once', async () => {
    const user = await newTestUser(signIn);
    await user.signIn({ device: 'phone' });
    const { judgement, sessionId } = await user.signIn({ device: 'other', deviceName: 'Pixel 9' });
    expect(judgement).toMatchObject({ verdict: 'notify', reasons: [{ code: 'new_device' }] });
    const [alert, ...others] = await user.alerts();
    expect(others).toEqual([]);
    const subject = formatId('session', sessionId);
    expect(alert).toMatchObject({
      subject,
      deviceName: 'Pixel 9',
      data: {
        userId: user.publicId,
        sessionId: subject,
        verdict: 'notify',
        country: 'DE',
        reasons: [{ code: 'new_device', facts: { keepsIdentity: true, network: 'ipv4' } }],
      },
    });
    await user.signIn({ device: 'other' });
    expect(await user.alerts()).toHaveLength(1);
  });

  it('is not told when its transaction comes to nothing', async () => {
    const user = await newTestUser(signIn);
    await user.signIn({ device: 'phone' });
    const { sessions, anomalies } = signIn.side();
    const judgement = await user.judge({ device: 'other' });
    const end = new Date(Date.now() + 60_000);
    const gone = signIn.database().transaction(async (tx) => {
      const session = { appId: user.appId, userId: user.id, clientId: 'cli', deviceId: 'other', anomaly: judgement };
      const id = await sessions.begin(tx, { ...session, authTime: end, acr: '', amr: [], expiresAt: end });
      await anomalies.judge.began(tx, (await sessions.activate(tx, id, undefined))!);
      throw new Error('the power went');
    });
    await expect(gone).rejects.toThrow('the power went');
    expect(await user.alerts()).toEqual([]);
    expect((await user.judge({ device: 'other' })).verdict).toBe('notify');
  });

  it('keeps addresses, names and tokens out of what readers of the feed get', async () => {
    const user = await newTestUser(signIn);
    await user.signIn({ device: 'phone' });
    await user.signIn({ device: 'other', deviceName: 'Pixel 9', ip: IP_OF.US });
    const [alert] = await user.alerts();
    const seen = JSON.stringify([alert!.data, alert!.subject]);
    for (const secret of ['8.8.8', 'Pixel', alert!.token, 'other']) expect(seen).not.toContain(secret);
    const { rows } = await sql('SELECT * FROM sign_in_alert WHERE id = $1', [alert!.id]);
    expect(JSON.stringify(rows)).not.toContain(alert!.token);
  });

  it('from a new country asks for more, also on a known phone, and not the second time', async () => {
    const user = await newTestUser(signIn);
    await user.signIn({ device: 'phone' });
    expect(await user.signIn({ device: 'phone', ip: IP_OF.US })).toMatchObject({
      judgement: {
        // Old tables ask the user's phones, and nobody for a second factor, unless the app wants that.
        verdict: 'notify',
        country: 'US',
        reasons: [{ code: 'new_country', facts: { knownCountries: 1, knownDevice: true } }],
      },
    });
    expect(await user.judge({ device: 'phone', ip: IP_OF.US })).toMatchObject({ verdict: 'allow' });
    expect(await user.judge({ device: 'phone', ip: IP_OF.NOWHERE })).toMatchObject({ verdict: 'allow' });
  });

  it('is judged by what the app has set: the strictest of it', async () => {
    const user = await newTestUser(signIn);
    await user.signIn({ device: 'phone' });
    const visit = { device: 'other', ip: IP_OF.US };
    const verdictWith = async (anomalies: object): Promise<unknown> => {
      await signIn.side().settings.put(user.appId, authSettings.parse({ anomalies }));
      const { verdict, reasons } = await user.judge(visit);
      return [verdict, codes(reasons)];
    };
    expect(await verdictWith({ newDevice: 'ignore', newCountry: 'ignore' })).toEqual(['allow', []]);
    expect(await verdictWith({ newDevice: 'notify', newCountry: 'ignore' })).toEqual(['notify', ['new_device']]);
    expect(await verdictWith({ newDevice: 'notify', newCountry: 'step_up' })).toEqual([
      'step_up',
      ['new_device', 'new_country'],
    ]);
    expect(await verdictWith({ newDevice: 'refuse', newCountry: 'notify' })).toEqual([
      'refuse',
      ['new_device', 'new_country'],
    ]);
  });

  it('that is refused is told without a session, at most once an hour', async () => {
    const user = await newTestUser(signIn);
    await user.signIn({ device: 'phone' });
    await signIn.side().settings.put(user.appId, authSettings.parse({ anomalies: { newDevice: 'refuse' } }));
    await Promise.all(Array.from({ length: 5 }, () => user.judge({ device: 'other' })));
    const [alert, ...others] = await user.alerts();
    expect(others).toEqual([]);
    expect(alert).toMatchObject({ subject: user.publicId, data: { verdict: 'refuse' } });
    expect(alert!.data.sessionId).toBeUndefined();
    await sql(`UPDATE sign_in_alert SET created_at = now() - interval '61 minutes' WHERE user_id = $1`, [user.id]);
    await user.judge({ device: 'other' });
    expect(await user.alerts()).toHaveLength(2);
  });
});

describe('many accounts behind one address', () => {
  async function neighbours(count: number, device: string): Promise<(typeof users)[number][]> {
    const appId = await signIn.newApp();
    const users = await Promise.all(Array.from({ length: count }, () => newTestUser(signIn, appId)));
    for (const user of users) await user.signIn({ device: 'phone', ip: IP_OF.NOWHERE });
    for (const user of users) await user.signIn({ device });
    return users;
  }

  it('are found when each comes with a new device', async () => {
    const users = await neighbours(11, 'robot');
    const last = await users.at(-1)!.alerts();
    expect(codes(last[0]!.data.reasons)).toEqual(['new_device', 'many_accounts']);
    expect(last[0]!.data.reasons[1]!.facts).toMatchObject({ otherAccounts: 10, withinMinutes: 60, network: 'ipv4' });
    expect(codes((await users[0]!.alerts())[0]!.data.reasons)).toEqual(['new_device']);
  });

  it('are nothing unusual with the phones that they have always used, nor on their first day', async () => {
    const users = await neighbours(11, 'phone');
    for (const user of users) expect(await user.alerts()).toEqual([]);
    const appId = users[0]!.appId;
    const newcomer = await newTestUser(signIn, appId);
    expect((await newcomer.signIn({ device: 'new' })).judgement.verdict).toBe('allow');
  });

  it('count for an hour', async () => {
    const users = await neighbours(11, 'robot');
    await sql(`UPDATE sign_in_prefix SET at = now() - interval '61 minutes' WHERE app_id = $1`, [users[0]!.appId]);
    expect(codes((await users[0]!.judge({ device: 'another' })).reasons)).toEqual(['new_device']);
  });
});

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { usePostgres } from '@signalbox/testing';
import { type ApnsHarness, startApnsHarness } from '../providers/apns/apns-sandbox.conformance.js';
import { type FcmHarness, startFcmHarness } from '../providers/fcm/fcm-sandbox.conformance.js';
import { STARTUP_MS } from '../providers/push-provider.conformance.js';
import { TRANSPORT_KINDS } from '../providers/transport-kind.js';
import { judgeApns } from './judge-apns.js';
import { judgeFcm } from './judge-fcm.js';

describe.each(TRANSPORT_KINDS)('with transport %s, a dry run', (transport) => {
  let apns: ApnsHarness;
  let fcm: FcmHarness;
  afterAll(() => Promise.all([apns.stop(), fcm.stop()]));
  const postgres = usePostgres();
  beforeAll(async () => {
    [apns, fcm] = await Promise.all([startApnsHarness(transport, postgres.database()), startFcmHarness(transport)]);
  }, STARTUP_MS);

  it('is answered by Apple with BadDeviceToken, and with a refusal when the key is not known', async () => {
    const provider = apns.provider();
    const good = await provider.sessionFor(apns.credential()).dryRun('sandbox', 'dev.signalbox.demo');
    expect(good).toMatchObject({ kind: 'answered', status: 400, reason: 'BadDeviceToken' });
    const stranger = { ...apns.credential(2).secret, keyId: 'NOBODY0000' };
    const bad = await provider.sessionFor({ ...apns.credential(2), secret: stranger }).dryRun('sandbox', 'x.y');
    expect(judgeApns(bad, false)).toMatchObject({ verdict: 'refused', said: '403 InvalidProviderToken' });
    await provider.close();
  });

  it('is checked by Google and sent to nobody', async () => {
    const provider = fcm.provider();
    const answer = await provider.sessionFor(fcm.credential()).dryRun();
    expect(judgeFcm(answer)).toMatchObject({ verdict: 'works', said: expect.stringContaining('fake_message_id') });
    expect(await fcm.requests()).toMatchObject([
      { payload: { validate_only: true, message: { topic: 'signalbox-dry-run' } } },
    ]);
    const elsewhere = { ...fcm.credential(2).secret, project_id: 'another-project' };
    const refused = await provider.sessionFor({ ...fcm.credential(2), secret: elsewhere }).dryRun();
    expect(judgeFcm(refused).verdict).toBe('refused');
    await provider.close();
  });
});

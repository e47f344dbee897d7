import { beforeEach, describe, expect, it } from '@jest/globals';
import { formatId, newUuid, type SyntheticCheckView } from '@signalbox/contracts';
import { useOperator } from '../signed-in.harness.js';

describe('the page of checks', () => {
  const { push, operator } = useOperator();

  beforeEach(() => {
    push.asked.length = 0;
    push.checks = [];
  });

  const credentialId = formatId('credential', newUuid());
  const minutesAgo = (minutes: number): string => new Date(Date.now() - minutes * 60_000).toISOString();
  const failing: SyntheticCheckView = {
    credentialId,
    appId: formatId('app', newUuid()),
    provider: 'apns',
    deviceId: null,
    verdict: 'refused',
    since: minutesAgo(12),
    checkedAt: minutesAgo(3),
    wellAt: minutesAgo(180),
    dueAt: new Date(Date.now() + 125_000).toISOString(),
    results: [
      {
        at: minutesAgo(3),
        milliseconds: 81,
        of: 'sandbox, a.b',
        verdict: 'refused',
        said: '403 <Invalid>',
        remedy: 'put a key',
      },
      { at: minutesAgo(180), milliseconds: 70, of: 'sandbox, a.b', verdict: 'works', said: '400 BadDeviceToken' },
    ],
  };
  const changes = () => push.asked.filter(({ method }) => method !== 'GET');

  it('says of each credential what is so, since when, what the provider said, and what to do', async () => {
    push.checks = [failing];
    const page = await operator().page('/checks');
    for (const part of [/<strong>refused<\/strong>\s+since <time[^>]+>12 min ago/, /well <time[^>]+>3 h ago/]) {
      expect(page).toMatch(part);
    }
    expect(page).toContain('403 &lt;Invalid&gt;');
    expect(page).toContain('To do: put a key');
    expect(page).toContain('1 before');
    expect(page).toContain('<a href="/checks" aria-current="page">');
  });

  it('says of one that was never tried that it was not', async () => {
    push.checks = [{ ...failing, verdict: null, since: null, checkedAt: null, wellAt: null, dueAt: null, results: [] }];
    const page = await operator().page('/checks');
    expect(page).toContain('not tried yet');
    expect(page).toContain('not by the clock');
  });

  it('has one tried now, and says so', async () => {
    push.checks = [failing];
    const { to, message } = await operator().follow(`/checks/${credentialId}/now`);
    expect([to, message]).toEqual([
      '/checks',
      `${credentialId} is tried within some seconds; load this page again then.`,
    ]);
    expect(changes()).toMatchObject([{ method: 'POST', path: `/v1/synthetic-checks/${credentialId}/now` }]);
  });

  it('names a test device and takes it away, and says what push refuses', async () => {
    push.checks = [failing];
    const deviceId = formatId('device', newUuid());
    await operator().follow(`/checks/${credentialId}/device`, { deviceId: ` ${deviceId} ` });
    await operator().follow(`/checks/${credentialId}/device`, { deviceId: '' });
    expect(changes().map(({ body }) => body)).toEqual([{ deviceId }, { deviceId: null }]);
    const refused = await operator().follow(`/checks/${formatId('credential', newUuid())}/device`, { deviceId });
    expect(refused.message).toContain('no such credential');
  });

  it('leads a form with a strange id nowhere', async () => {
    expect((await operator().submit('/checks/x/now')).status).toBe(404);
    expect(push.asked).toEqual([]);
  });
});

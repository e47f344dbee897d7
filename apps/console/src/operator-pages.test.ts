import { beforeEach, describe, expect, it } from '@jest/globals';
import { formatId, newUuid } from '@signalbox/contracts';
import { useOperator } from './signed-in.harness.js';

const credentialId = formatId('credential', newUuid());
const appId = formatId('app', newUuid());
const minutes = (count: number): string => new Date(Date.now() + count * 60_000).toISOString();

const hold = {
  ...{ credentialId, appId, provider: 'apns', scope: 'credential', reason: 'InvalidProviderToken' },
  ...{ since: minutes(-180.5), until: minutes(25.5), state: 'held' as const, times: 4, waiting: 1_234 },
};
const guard = { credentialId, appId, provider: 'fcm', trippedAt: minutes(-30.5), openUntil: null, held: 5_000 };

describe('the start page', () => {
  const { push, operator } = useOperator();

  beforeEach(() => {
    [push.letters, push.holds, push.guards] = [[], [], []];
    push.asked.length = 0;
  });

  const changes = () => push.asked.filter(({ method }) => method !== 'GET');

  it('counts the open dead letters, and is quiet about what there is not', async () => {
    push.addLetters(3);
    const page = await operator().page('/');
    expect(page).toMatch(/href="\/dead-letters">\s*<b>3<\/b>open dead letters/);
    expect(page).toContain('<b>0</b>on hold');
    expect(page).not.toContain('Credentials on hold');
    expect(page).not.toContain('Devices that were not deleted');
  });

  it('shows what is on hold, why, for how long and how much waits, and lifts it', async () => {
    push.holds = [hold, { ...hold, credentialId: formatId('credential', newUuid()), state: 'probing', times: 1 }];
    const page = await operator().page('/');
    for (const shown of [
      'InvalidProviderToken',
      '4 times in a row',
      '3 h ago',
      'in 25 min',
      '1,234',
      'one message tries it now',
    ]) {
      expect(page).toContain(shown);
    }
    const lifted = await operator().follow(`/holds/${credentialId}/lift`);
    expect([lifted.to, lifted.message]).toEqual([
      '/',
      `The hold on ${credentialId} is lifted; what waited is sent now.`,
    ]);
    expect(changes()).toMatchObject([{ method: 'DELETE', path: `/v1/holds/${credentialId}` }]);
    expect(lifted.page).not.toContain(`/holds/${credentialId}/lift`);
    expect(operator().logged('operator action').at(-1)).toMatchObject({ action: `POST /holds/${credentialId}/lift` });
  });

  it('keeps the devices that a guard held back', async () => {
    push.guards = [guard];
    expect(await operator().page('/')).toContain('<td data-label="Devices" class="number">5,000</td>');
    const { message, page } = await operator().follow(`/deletion-guards/${credentialId}/keep`);
    expect(message).toBe('5,000 devices kept.');
    expect(changes()).toMatchObject([
      { path: `/v1/deletion-guards/${credentialId}/release`, body: { verdict: 'keep' } },
    ]);
    expect(page).not.toContain('Devices that were not deleted');
  });

  it('says until when a guard was opened, and asks nothing about it', async () => {
    push.guards = [{ ...guard, trippedAt: null, held: 0, openUntil: minutes(150) }];
    const page = await operator().page('/');
    expect(page).toContain('<b>0</b>deletion guards');
    expect(page).toMatch(/everything is deleted, which ends <time[^>]+>in 2 h</);
    expect(page).not.toContain('Keep the devices');
  });

  it('asks once more before it deletes them', async () => {
    push.guards = [guard];
    const [, link] = /href="([^"]+)">\s*Delete them/.exec(await operator().page('/'))!;
    const question = await operator().page(link!);
    expect(question).toContain('<h1>Delete 5,000 devices?</h1>');
    expect(changes()).toEqual([]);
    const { message } = await operator().follow(link!, { openForHours: '2' });
    expect(message).toBe('5,000 devices deleted.');
    expect(changes()).toMatchObject([{ body: { verdict: 'delete', openForHours: 2 } }]);
    expect((await operator().get(link!)).status).toBe(404);
  });

  it('says what push refused', async () => {
    push.guards = [guard];
    const { message } = await operator().follow(`/deletion-guards/${credentialId}/delete`, { openForHours: '999' });
    expect(message).toMatch(/openForHours: /);
    expect(push.guards).toEqual([guard]);
  });

  it('leads a form with a strange id nowhere', async () => {
    for (const path of ['/holds/x/lift', '/deletion-guards/..%2f..%2fholds/keep', '/deletion-guards/x/delete']) {
      expect([path, (await operator().submit(path)).status]).toEqual([path, 404]);
    }
    expect(push.asked).toEqual([]);
  });

  // The last one: push does not come back.
  it('and every other page say so when push is away, and what is known elsewhere stays', async () => {
    await push.stop();
    const start = await operator().page('/');
    expect(start).toContain('Dead letters, Holds, Deletion guards: The push service does not answer.');
    expect(start).toContain('Waiting work');
    const groups = await operator().get('/dead-letters');
    expect([groups.status, groups.headers.get('retry-after')]).toEqual([503, '5']);
    expect(await groups.text()).toContain('The push service does not answer.');
    const lifted = await operator().follow(`/holds/${credentialId}/lift`);
    expect(lifted.message).toContain('not known whether this was done');
    const forwarded = await operator().call('GET', '/v1/dead-letters', { session: operator().session });
    expect([forwarded.status, await forwarded.json()]).toEqual([503, expect.objectContaining({ code: 'unavailable' })]);
    expect((await operator().get('/health/ready')).status).toBe(200);
  });
});

import { beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { formatId, newUuid } from '@signalbox/contracts';
import { useOperator } from '../signed-in.harness.js';

const app = newUuid();
const appId = formatId('app', app);
const REASON = `may_have_arrived: "<b>" & 'more'`;

describe('the pages of dead letters', () => {
  const { postgres, push, operator } = useOperator();

  beforeAll(async () => {
    await postgres.database().query(`INSERT INTO app (id, name, mode) VALUES ($1, 'Weather & Co', 'test')`, [app]);
  });
  beforeEach(() => {
    push.letters = [];
    [push.runs, push.isSlow] = [[], false];
    push.asked.length = 0;
    push.addLetters(1_200, { appId });
    push.addLetters(1, { appId, provider: 'fcm', lane: 'bulk', reason: REASON });
  });

  const letters = { appId, provider: 'apns', lane: 'transactional', reason: 'ServiceUnavailable' };
  const stateOf = (id: string) => push.letters.find((letter) => letter.id === id)?.state;

  it('show the groups, with the name of the app, and lead to their letters', async () => {
    const page = await operator().page('/dead-letters');
    expect(page).toContain('<b>1,201 dead letters</b> are open');
    expect(page).toContain('Weather &amp; Co <code>app_');
    expect(page).toContain('<h2>may_have_arrived: &quot;&lt;b&gt;&quot; &amp; &#39;more&#39;</h2>');
    expect(page.match(/may show on a phone twice/g)).toHaveLength(1);
    const links = [...page.matchAll(/href="(\/dead-letters\/list[^"]+)"[\s>]+([\d,]+ letters?)/g)];
    expect(links.map(([, , text]) => text)).toEqual(['1,200 letters', '1 letter']);
    const list = await operator().page(links[1]![1]!.replaceAll('&amp;', '&'));
    expect(list).toContain(push.letters.at(-1)!.id);
  });

  it('send a group again at a pace, as one run however often the button is pressed, and lead to it', async () => {
    const run = /name="run" value="(dlr_\w+)"/.exec(await operator().page('/dead-letters'))![1]!;
    const form = { ...letters, run, perSecond: '100' };
    const { to, message, page, cookies } = await operator().follow('/dead-letters/replay', form);
    expect([to, message]).toEqual([`/dead-letters/runs/${run}`, '1,200 letters were sent again.']);
    expect(page).not.toContain('data-progress');
    expect(push.asked.find(({ method }) => method === 'PUT')).toMatchObject({
      path: `/v1/dead-letters/runs/${run}`,
      body: { ...letters, action: 'replay', perSecond: 100, startedBy: 'break_glass' },
    });
    expect(cookies).toEqual([expect.stringContaining('signalbox_message=; Max-Age=0')]);
    expect(operator().logged('operator action').at(-1)).toMatchObject({
      ...{ action: 'POST /dead-letters/replay', address: '127.0.0.1', appId, reason: 'ServiceUnavailable' },
      outcome: message,
    });
    expect((await operator().follow('/dead-letters/replay', form)).to).toBe(to);
    expect(push.runs.map(({ id }) => id)).toEqual([run]);
    expect(await operator().page('/dead-letters')).toContain('<b>1 dead letter</b> is open');
    expect((await operator().follow('/dead-letters/replay', { ...form, run: '../x' })).message).toMatch(/no such run/);
  });

  it('show how far a run is, and stop it', async () => {
    push.isSlow = true;
    const run = formatId('deadLetterRun', newUuid());
    const { page } = await operator().follow('/dead-letters/replay', { ...letters, run, perSecond: '10' });
    expect(page).toContain('1,200 letters are being sent again, at most 10 a second: 110 s from now on.');
    expect(page).toContain(`data-progress="/dead-letters/runs/${run}?part=1"`);
    expect(await operator().page('/dead-letters')).toMatch(/Under way<\/h2>[^]*100 of 1,200/);
    const part = () => operator().get(`/dead-letters/runs/${run}?part=1`);
    const running = await part();
    expect(await running.text()).toMatch(/^<p>\s*<b>100<\/b> of 1,200\. [^]*<progress max="1200" value="100"/);
    expect(running.headers.get('signalbox-over')).toBeNull();

    const stopped = await operator().follow(`/dead-letters/runs/${run}/stop`);
    expect(stopped.message).toBe('Stopped: 100 of 1,200 letters were sent again, the others stay open.');
    expect(stopped.page).not.toContain('Stop</button>');
    expect((await part()).headers.get('signalbox-over')).toBe('1');
    expect(await operator().page('/dead-letters/runs')).toMatch(/replay: ServiceUnavailable[^]*chip bad">stopped/);
    expect((await operator().get('/dead-letters/runs/x')).status).toBe(404);
  });

  it('put a group away with a note, and not without one', async () => {
    const run = formatId('deadLetterRun', newUuid());
    const group = { appId, provider: 'fcm', lane: 'bulk', reason: REASON, run };
    const refused = await operator().follow('/dead-letters/discard', { ...group, note: ' ' });
    expect(refused.message).toMatch(/^The request has a problem; see errors\. note: /);
    expect(refused.page).toContain('role="alert"');
    expect(stateOf(push.letters.at(-1)!.id)).toBe('open');
    const done = await operator().follow('/dead-letters/discard', { ...group, note: 'the codes are old' });
    expect(done.message).toBe('1 letter was discarded.');
    expect(done.page).toContain('the codes are old');
    expect(stateOf(push.letters.at(-1)!.id)).toBe('discarded');
  });

  it('show the letters of a group a page at a time', async () => {
    const query = new URLSearchParams(letters).toString();
    const seen = new Set<string>();
    let path: string | undefined = `/dead-letters/list?${query}`;
    let pages = 0;
    while (path !== undefined) {
      const page = await operator().page(path);
      for (const [, id] of page.matchAll(/href="\/dead-letters\/(dlv_\w+)"/g)) seen.add(id!);
      path = /<a href="([^"]+)">Next page/.exec(page)?.[1]?.replaceAll('&amp;', '&');
      pages += 1;
    }
    expect([pages, seen.size]).toEqual([24, 1_200]);
    expect(await operator().page('/dead-letters/list?state=discarded')).toContain('No letter here.');
  });

  it('show a letter with the answer that it died of, and what was done about it', async () => {
    const [first, second] = push.letters;
    const open = await operator().page(`/dead-letters/${first!.id}`);
    expect(open).toContain('{\n  &quot;status&quot;: 503,\n  &quot;body&quot;: {');
    expect(open).toContain(first!.notificationId);

    const replayed = await operator().follow(`/dead-letters/${first!.id}/replay`);
    expect([replayed.to, replayed.message]).toEqual([
      `/dead-letters/${first!.id}`,
      `Sent again as ${push.letters[0]!.replayId!}.`,
    ]);
    expect(replayed.page).not.toContain('<button>Replay</button>');
    const late = await operator().follow(`/dead-letters/${first!.id}/discard`, { note: 'too late' });
    expect(late.message).toBe(`${first!.id} was replayed`);

    const discarded = await operator().follow(`/dead-letters/${second!.id}/discard`, { note: 'nobody waits for it' });
    expect(discarded.message).toBe('Discarded.');
    expect(discarded.page).toMatch(/Discarded on <time[^>]+>[^<]+UTC<\/time>: nobody waits for it/);
  });

  it('answer what is not there with a page that says so', async () => {
    for (const id of [formatId('delivery', newUuid()), 'x']) {
      const answer = await operator().get(`/dead-letters/${id}`);
      expect([answer.status, await answer.text()]).toEqual([404, expect.stringMatching(/here is no such dead letter/)]);
    }
  });

  it('take no form of another site, and none from a stranger', async () => {
    const body = new URLSearchParams({ ...letters, perSecond: '1' });
    const headers = { origin: 'https://evil.example' };
    const foreign = await operator().call('POST', '/dead-letters/replay', {
      session: operator().session,
      headers,
      body,
    });
    const stranger = await operator().call('POST', '/dead-letters/replay', { headers: operator().ours(), body });
    expect([foreign.status, stranger.status, push.asked]).toEqual([403, 401, []]);
  });

  it('work without the one script that they load, load nothing else, and name every field', async () => {
    const { id } = push.letters[0]!;
    for (const path of [
      '/dead-letters',
      `/dead-letters/list?${new URLSearchParams(letters).toString()}`,
      `/dead-letters/${id}`,
    ]) {
      const answer = await operator().get(path);
      const page = (await answer.text()).replace('<script src="/console.js" defer></script>', '');
      expect(answer.headers.get('content-security-policy')).toMatch(/^default-src 'none'/);
      expect(page).not.toMatch(/<script|src=|\son\w+=|https?:\/\/(?!www\.w3\.org)/);
      const labelled = page.match(/<label[^>]*>(?:(?!<\/label>)[^])*<input/g) ?? [];
      expect(labelled.length).toBeGreaterThan(0);
      // The field that finds anything is on every page.
      expect(page.match(/<input(?! type="hidden")(?![^>]*aria-label)/g)).toHaveLength(labelled.length);
    }
  });
});

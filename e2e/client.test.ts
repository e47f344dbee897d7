import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { type AddressInfo, connect, createServer } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type FeedEvent, RequestRefused, type Retry, Signalbox } from '@signalbox/server';
import { eventually, usePostgres } from '@signalbox/testing';
import { goodToken, type Stack, startStack, type TestApp } from './stack.js';

const README = readFileSync(new URL('../libs/client/README.md', import.meta.url), 'utf8');
const EXAMPLES = [...README.matchAll(/^## (.+)\n+```js\n([^]*?)```/gm)].map(([, name, program]) => [name!, program!]);

/** A way to a service that breaks: `cut(n)` makes it lose the next n answers, after the service has begun them. */
async function startBrittleProxy(target: URL): Promise<{ url: string; cut(answers: number): void; close(): void }> {
  let toCut = 0;
  const server = createServer((client) => {
    const service = connect(Number(target.port), target.hostname);
    service.on('data', (chunk) => {
      if (toCut === 0) return client.write(chunk);
      toCut -= 1;
      service.destroy();
      return client.resetAndDestroy();
    });
    client.on('data', (chunk) => service.write(chunk));
    for (const [side, other] of [
      [client, service],
      [service, client],
    ] as const) {
      side.on('error', () => other.destroy());
      side.on('close', () => other.destroy());
    }
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    cut: (answers) => (toCut = answers),
    close: () => void server.close(),
  };
}

describe('the client', () => {
  let stack: Stack;
  afterAll(() => stack.stop(), 30_000);
  const postgres = usePostgres();
  beforeAll(async () => {
    stack = await startStack({ databaseUrl: postgres.url(), withEvents: true });
  }, 60_000);

  const clientOf = (app: TestApp, more: { push?: string; onRetry?: (retry: Retry) => void } = {}): Signalbox =>
    new Signalbox({
      apiKey: app.secretKey,
      urls: { push: more.push ?? stack.urls.push, events: stack.urls.events },
      ...(more.onRetry && { onRetry: more.onRetry }),
    });
  const registration = () => ({
    userId: 'ann',
    platform: 'ios' as const,
    target: { kind: 'apns' as const, token: goodToken() },
    environment: 'sandbox' as const,
    bundleId: 'com.example.app',
  });
  const hello = { to: { userId: 'ann' }, content: { body: 'hello' } };
  /** The notifications that the app's log holds up to this moment, by way of one sent now. */
  const acceptedUpTo = async (signalbox: Signalbox): Promise<string[]> => {
    const marker = await signalbox.notifications.send(hello);
    const subjects: string[] = [];
    for await (const event of signalbox.events.follow({ types: ['notification.accepted'] })) {
      if (event.subject === marker.id) break;
      subjects.push(event.subject);
    }
    return subjects;
  };

  it('registers a phone, reaches it, and says how that went', async () => {
    const { devices, notifications } = clientOf(await stack.createApp('round trip'));
    const phone = await devices.register('phone-1', registration());
    expect((await devices.list('ann')).items).toEqual([phone]);
    expect(await devices.get('phone-1')).toEqual(phone);

    const { id } = await notifications.send(hello);
    await eventually(async () => expect((await notifications.get(id)).status).toBe('sent'));
    expect(await notifications.deliveries(id)).toMatchObject([{ deviceId: phone.id, state: 'sent', attempt: 1 }]);
    expect((await notifications.explain(id)).because).toContain('provider took it');
    await expect(notifications.cancel(id)).rejects.toMatchObject({ status: 409, code: 'already_routed' });
    expect((await notifications.usage()).day).toMatchObject({ used: null, limit: null });

    await devices.remove('phone-1');
    expect(await devices.list('ann')).toEqual({ items: [], next: null });
    expect((await devices.list('ann', { status: 'deleted' })).items).toMatchObject([{ statusReason: 'requested' }]);
    await expect(devices.restore('phone-1')).rejects.toMatchObject({ status: 409, code: 'removed_by_caller' });
  });

  it('finds a dead letter, and sends it again once', async () => {
    const { categories, deadLetters, devices, notifications } = clientOf(await stack.createApp('dead letters'));
    await categories.put('once', { guarantee: 'at-most-once' });
    expect(await categories.list()).toMatchObject([{ name: 'once', guarantee: 'at-most-once' }]);
    const token = `fa11fa11${goodToken().slice(8)}`;
    await devices.register('phone-1', { ...registration(), target: { kind: 'apns', token } });
    await notifications.send({ ...hello, options: { category: 'once' } });
    const [group] = await eventually(async () => {
      const groups = await deadLetters.groups();
      expect(groups).toMatchObject([{ provider: 'apns', lane: 'transactional', count: 1 }]);
      return groups;
    });
    const [letter] = (await deadLetters.list({ reason: group!.reason })).items;
    expect(letter).toMatchObject({ id: group!.exampleId, state: 'open', answer: { kind: 'unanswered' } });
    expect(await deadLetters.replay({ ids: [letter!.id] })).toMatchObject({ replayed: 1, left: 0 });
    expect(await deadLetters.replay({ ids: [letter!.id] })).toMatchObject({ replayed: 0, left: 0 });
    const dead = await eventually(async () => {
      const { items } = await deadLetters.list();
      expect(items).toHaveLength(1);
      return items[0]!;
    });
    expect(dead.id).not.toBe(letter!.id);
    expect(await deadLetters.discard({ all: true, note: 'the phone is broken' })).toEqual({ discarded: 1, left: 0 });
  });

  it('reaches many, and tells of each of their phones', async () => {
    const { attributes, broadcasts, devices, segments, topics } = clientOf(await stack.createApp('many'));
    const names = ['phone-1', 'phone-2', 'phone-3'];
    const phones = await Promise.all(names.map((name) => devices.register(name, registration())));
    expect(await topics.subscribe('golf', { installationIds: ['phone-1', 'phone-9'] })).toEqual({
      devices: 1,
      unknown: ['phone-9'],
    });
    expect(await topics.subscribe('golf', { userIds: ['ann'] })).toMatchObject({ devices: 2 });
    expect(await topics.unsubscribe('golf', { installationIds: ['phone-3'] })).toMatchObject({ devices: 1 });
    expect(await topics.list()).toEqual({ items: [{ name: 'golf', devices: 2, more: false }], next: null });
    expect(await topics.ofDevice('phone-1')).toEqual(['golf']);
    await attributes.put('ann', { plan: 'free', visits: 3 });
    expect(await attributes.change('ann', { plan: 'pro', visits: null })).toEqual({ plan: 'pro' });
    expect(await attributes.get('ann')).toEqual({ plan: 'pro' });
    const players = { all: [{ topic: 'golf' }, { user: 'plan', is: 'pro' }] };
    expect(await segments.preview(players)).toMatchObject({ devices: 2 });
    const segment = await segments.put('players', players);
    expect([await segments.get('players'), (await segments.list()).items]).toEqual([segment, [segment]]);

    const pacing = { rampSeconds: 0, avoidQuarterHours: false };
    const request = { to: { segment: 'players' }, content: { body: 'tee time' }, pacing };
    expect(await broadcasts.estimate(request)).toMatchObject({ devices: 2, sent: 2 });
    const { id, ...started } = await broadcasts.start(request, { idempotencyKey: 'tee' });
    expect(started).toMatchObject({ status: 'accepted', replayed: false });
    expect(await broadcasts.start(request, { idempotencyKey: 'tee' })).toMatchObject({ id, replayed: true });
    await eventually(async () => expect((await broadcasts.get(id)).state).toBe('completed'));
    const reached: string[] = [];
    for await (const { deviceId } of broadcasts.deliveries(id, { state: 'sent', limit: 1 })) reached.push(deviceId);
    expect(reached.toSorted()).toEqual([phones[0]!.id, phones[1]!.id].toSorted());
    const first = await broadcasts.deliveryPage(id, { limit: 1 });
    const behind: string[] = [];
    for await (const delivery of broadcasts.deliveries(id, { after: first.next! })) behind.push(delivery.id);
    expect(behind).toEqual([expect.not.stringMatching(first.items[0]!.id)]);
    await expect(broadcasts.pause(id)).rejects.toMatchObject({ status: 409, code: 'wrong_state' });

    const sendAt = new Date(Date.now() + 3_600_000).toISOString();
    const later = await broadcasts.start({ ...request, options: { sendAt } });
    expect(later).toMatchObject({ status: 'scheduled', idempotencyKey: expect.any(String) });
    for (const [how, state] of [
      ['pause', 'paused'],
      ['resume', 'scheduled'],
      ['cancel', 'cancelled'],
    ] as const) {
      expect((await broadcasts[how](later.id)).state).toBe(state);
    }
    expect((await broadcasts.list()).items.map((each) => each.id)).toEqual([later.id, id]);
    await segments.remove('players');
    await expect(segments.get('players')).rejects.toMatchObject({ status: 404 });
  });

  it('sends again and again, as users and the policy of the app will have it', async () => {
    const { policy, preferences, schedules } = clientOf(await stack.createApp('again'));
    const broadcast = { to: { everyone: true as const }, content: { body: 'good morning' } };
    const asked = { name: 'mornings', cron: '0 9 * * *', timeZone: 'Europe/Zurich' };
    const schedule = await schedules.create({ ...asked, broadcast });
    expect(schedule).toMatchObject({ state: 'active', broadcast: { to: { everyone: true } } });
    await expect(schedules.create({ ...asked, broadcast })).rejects.toMatchObject({ code: 'name_taken' });
    const { id } = schedule;
    expect(await schedules.next(id, { count: 2 })).toEqual([schedule.nextAt, expect.any(String)]);
    expect(await schedules.change(id, { cron: '0 10 * * *' })).toMatchObject({ cron: '0 10 * * *' });
    expect((await schedules.pause(id)).state).toBe('paused');
    expect((await schedules.resume(id)).state).toBe('active');
    expect((await schedules.list({ limit: 1 })).items).toEqual([await schedules.get(id)]);
    await schedules.remove(id);
    await expect(schedules.get(id)).rejects.toMatchObject({ status: 404 });

    const { version, document } = await policy.get();
    const changed = { ...document, defaults: { ...document.defaults, consent: 'out' as const } };
    const put = await policy.put(changed, { replaces: version });
    expect([version, put.version, put.document.defaults.consent]).toEqual([0, 1, 'out']);
    await expect(policy.put(document, { replaces: 0 })).rejects.toMatchObject({ status: 412, code: 'policy_changed' });
    expect((await policy.put(document, { replaces: 1 })).version).toBe(2);
    expect((await policy.versions()).items).toMatchObject([{ version: 2 }, { version: 1 }]);
    expect(await policy.version(1)).toEqual(put);
    const wanted = await preferences.put('ann', { choices: { news: 'in' }, timeZone: 'Asia/Tokyo' });
    expect(wanted).toMatchObject({ choices: { news: 'in' }, timeZone: 'Asia/Tokyo', locale: null });
    expect(await preferences.get('ann')).toEqual(wanted);
  });

  it('carries what the service says of a bad request', async () => {
    const { notifications } = clientOf(stack.app);
    const refusal = await notifications.send({ ...hello, content: {} }).catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(RequestRefused);
    expect(refusal).toMatchObject({ status: 422, code: 'invalid_request', errors: [{ pointer: '/content' }] });
    const stranger = clientOf({ id: stack.app.id, secretKey: `${stack.app.secretKey}x` });
    await expect(stranger.notifications.send(hello)).rejects.toMatchObject({ status: 401, code: 'unauthenticated' });
  });

  it('sends once when the answers get lost, as often as they do', async () => {
    const app = await stack.createApp('lost answers');
    const proxy = await startBrittleProxy(new URL(stack.urls.push));
    const retries: Retry[] = [];
    const signalbox = clientOf(app, { push: proxy.url, onRetry: (retry) => retries.push(retry) });
    proxy.cut(3);
    const sent = await signalbox.notifications.send(hello);
    expect(retries.map(({ error }) => error.name)).toEqual(Array.from({ length: 3 }, () => 'ServiceUnreachable'));
    expect(sent.replayed).toBe(true);
    expect(await acceptedUpTo(signalbox)).toEqual([sent.id]);
    proxy.close();
  }, 20_000);

  it('keeps its cursor at the beginning of a page until the last event of it is at hand', async () => {
    const signalbox = clientOf(await stack.createApp('cursors'));
    await signalbox.notifications.sendBatch([hello, hello, hello]);
    const types = ['notification.accepted'] as const;
    const { events } = await eventually(async () => {
      const page = await signalbox.events.list({ types });
      expect(page.events).toHaveLength(3);
      return page;
    });
    const begin = (await signalbox.events.list({ types, limit: 1 })).next;
    const follower = signalbox.events.follow({ types, after: begin });
    const cursors: (string | undefined)[] = [];
    for await (const event of follower) {
      cursors.push(follower.cursor);
      if (event.id === events.at(-1)!.id) break;
    }
    expect(cursors).toEqual([begin, expect.not.stringMatching(begin)]);
    expect((await signalbox.events.list({ types, after: follower.cursor! })).events).toEqual([]);
  });

  it('sends the lines of a large batch once each, also when its answers get lost and when it is repeated', async () => {
    const app = await stack.createApp('batches');
    const proxy = await startBrittleProxy(new URL(stack.urls.push));
    const signalbox = clientOf(app, { push: proxy.url });
    const lines = Array.from({ length: 1_001 }, (_, index) =>
      index === 700 ? { ...hello, content: { body: '' } } : hello,
    );
    proxy.cut(1);
    const results = await signalbox.notifications.sendBatch(lines, { idempotencyKey: 'campaign-1' });
    expect(results.map((result) => result.index)).toEqual(lines.map((_, index) => index));
    expect(results.filter((result) => result.status === 'refused')).toMatchObject([
      { index: 700, problem: { errors: [{ pointer: '/content/body' }] } },
    ]);
    const again = await signalbox.notifications.sendBatch(lines, { idempotencyKey: 'campaign-1' });
    const ids = (of: typeof results): string[] => of.flatMap((each) => (each.status === 'accepted' ? [each.id] : []));
    expect(ids(again)).toEqual(ids(results));
    expect(new Set(await acceptedUpTo(signalbox))).toEqual(new Set(ids(results)));
    expect(ids(results)).toHaveLength(1_000);
    proxy.close();
  }, 30_000);

  it('sends lines as they come, once each, also when the connection breaks', async () => {
    const app = await stack.createApp('lines');
    const proxy = await startBrittleProxy(new URL(stack.urls.push));
    const signalbox = clientOf(app, { push: proxy.url });
    let answered = 0;
    async function* lines() {
      for (let line = 0; line < 2_000; line += 1) yield line === 700 ? { ...hello, content: { body: '' } } : hello;
    }
    const ids = new Set<string>();
    for await (const answer of signalbox.notifications.sendLines(lines(), { idempotencyKey: 'campaign-2' })) {
      expect(answer.index).toBe(answered);
      if (answer.status === 'accepted') ids.add(answer.id);
      else expect(answer).toMatchObject({ index: 700, problem: { errors: [{ pointer: '/content/body' }] } });
      answered += 1;
      if (answered === 900) proxy.cut(1);
    }
    expect([answered, ids.size]).toEqual([2_000, 1_999]);
    expect(new Set(await acceptedUpTo(signalbox))).toEqual(ids);
    proxy.close();
  }, 30_000);

  it('follows the events over a restart of their service, each once and in order', async () => {
    const app = await stack.createApp('followed');
    const retries: Retry[] = [];
    const signalbox = clientOf(app, { onRetry: (retry) => retries.push(retry) });
    const sent: string[] = [];
    const send = async (count: number): Promise<void> => {
      for (let index = 0; index < count; index += 1) sent.push((await signalbox.notifications.send(hello)).id);
    };
    const seen: FeedEvent[] = [];
    const stop = new AbortController();
    const types = ['notification.accepted'] as const;
    const follower = signalbox.events.follow({ types, limit: 3, longestIdleMs: 100, signal: stop.signal });
    const following = (async () => {
      for await (const event of follower) seen.push(event);
    })();

    await send(7);
    await eventually(() => expect(seen).toHaveLength(7));
    await stack.events!.kill();
    await send(7);
    await eventually(() => expect(retries.length).toBeGreaterThan(0));
    await stack.events!.restart();
    await send(7);
    await eventually(() => expect(seen.length).toBeGreaterThanOrEqual(21), { within: 20_000 });
    stop.abort();
    await following;
    expect(seen.map((event) => event.subject)).toEqual(sent);

    await send(1);
    for await (const event of signalbox.events.follow({ types, after: follower.cursor! })) {
      expect(event.subject).toBe(sent.at(-1));
      break;
    }
  }, 60_000);

  it.each(EXAMPLES)('does what the example "%s" of its page says, as it stands there', async (_name, program) => {
    const child = spawn(process.execPath, ['--input-type=module', '--eval', program], {
      cwd: import.meta.dirname,
      env: {
        SIGNALBOX_API_KEY: stack.app.secretKey,
        SIGNALBOX_PUSH_URL: stack.urls.push,
        SIGNALBOX_EVENTS_URL: stack.urls.events,
      },
    });
    let [output, errors] = ['', ''];
    child.stdout.on('data', (chunk: Buffer) => {
      const isFirst = output === '';
      output += chunk.toString();
      if (isFirst && output.includes(' notification.accepted ntf_')) child.kill('SIGINT');
    });
    child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()));
    const [code] = await once(child, 'close');
    expect({ code, errors }).toEqual({ code: 0, errors: '' });
    expect(output).toMatch(/^ntf_|^1200 stored|go on from/m);
  });
});

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
});

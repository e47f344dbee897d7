import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { newUuid } from '@signalbox/contracts';
import { countBeats, eventually } from '@signalbox/testing';
import type { AttemptOutcome, ProviderSession, PushMessage, PushProvider } from './push-provider.js';

/** What a stand-in of the provider can be told to do with the requests for one device. */
export type ScriptedAnswer =
  | { readonly says: 'dead' | 'payload fault' | 'credential fault' | 'nothing' | 'stream reset' | 'connection cut' }
  | { readonly says: 'retry later'; readonly seconds: number }
  | { readonly says: 'accepted'; readonly afterMs: number };

export interface ReceivedRequest {
  readonly messageId: string;
  readonly connection: number;
}

/** The provider under test and the stand-in it talks to, which is a process of its own. */
export interface ProviderHarness<Secret> {
  /** Connections that 500 sends at once may share at most. */
  readonly mostConnections: number;
  /**
   * How soon silence is noticed. HTTP/2 has pings for that; over HTTP/1.1 only the deadline tells, so the suite sets one.
   */
  readonly silence: { readonly deadlineMs?: number; readonly tickMs?: number; readonly noticedWithinMs: number };
  /** False where one answer is not believed about a whole credential: then that message waits alone. */
  readonly holdsCredential?: false;
  /** A new provider that talks to the stand-in. */
  provider(settings?: { deadlineMs?: number; tickMs?: number }): PushProvider<Secret>;
  session(provider: PushProvider<Secret>, version?: number): ProviderSession;
  /** A device nobody has scripted. */
  device(): PushMessage['device'];
  /** For the next `times` requests to that device, or for all. */
  script(device: PushMessage['device'], answer: ScriptedAnswer, times?: number): Promise<void>;
  /** Every accepted request is answered this much later. */
  slowDown(ms: number): Promise<void>;
  /** The other side stops reading; connections stay open. */
  blackHole(on: boolean): Promise<void>;
  /** Asks every connection to leave, as a server that is updated does. */
  goaway(): Promise<void>;
  received(): Promise<readonly ReceivedRequest[]>;
  openConnections(): Promise<number>;
  /** Back to an ordinary, empty stand-in. */
  reset(): Promise<void>;
  stop(): Promise<void>;
}

/** A stand-in makes its keys and certificates when it starts. */
export const STARTUP_MS = 20_000;
/** In what silence is measured. */
const BEAT_MS = 500;

/** What every push provider has to do, run against the real protocol. */
export function describePushProvider<Secret>(name: string, start: () => Promise<ProviderHarness<Secret>>): void {
  describe(`${name} as a push provider`, () => {
    let harness: ProviderHarness<Secret>;
    let opened: PushProvider<Secret>[] = [];

    beforeAll(async () => {
      harness = await start();
    }, STARTUP_MS);
    afterAll(() => harness.stop());
    beforeEach(() => harness.reset());
    afterEach(async () => {
      await harness.blackHole(false);
      await Promise.all(opened.splice(0).map((provider) => provider.close()));
    });

    function open(settings?: { deadlineMs?: number; tickMs?: number }): ProviderSession {
      const provider = harness.provider(settings);
      opened = [...opened, provider];
      return harness.session(provider);
    }

    function message(device = harness.device(), overrides: Partial<PushMessage> = {}): PushMessage {
      const options = { priority: 'transactional' as const, expiresAt: new Date(Date.now() + 3_600_000) };
      return {
        deliveryId: newUuid(),
        attempt: 1,
        device,
        content: { title: 'Hello', body: 'World' },
        options,
        ...overrides,
      };
    }

    async function sendScripted(answer: ScriptedAnswer, settings?: { deadlineMs?: number }): Promise<AttemptOutcome> {
      const device = harness.device();
      await harness.script(device, answer);
      return open(settings).send(message(device));
    }

    async function timesReceived(id: string): Promise<number> {
      return (await harness.received()).filter(({ messageId }) => messageId === id).length;
    }

    describe('answers', () => {
      it('says sent, with the provider’s id, when the provider accepted', async () => {
        const sent = message();
        expect(await open().send(sent)).toMatchObject({ kind: 'sent', providerMessageId: expect.any(String) });
        expect(await timesReceived(sent.deliveryId)).toBe(1);
      });

      it('says gone, and since when, for a dead device', async () => {
        expect(await sendScripted({ says: 'dead' })).toMatchObject({ kind: 'gone', goneAt: expect.any(Date) });
      });

      it('says rejected, and leaves the device alone, for a faulty payload', async () => {
        expect(await sendScripted({ says: 'payload fault' })).toMatchObject({ kind: 'rejected' });
      });

      it('says when to retry, never earlier than the provider asked', async () => {
        const outcome = await sendScripted({ says: 'retry later', seconds: 7 });
        expect(outcome).toMatchObject({ kind: 'retry', raw: expect.any(Object) });
        const { afterMs } = outcome as AttemptOutcome & { kind: 'retry' };
        expect(afterMs).toBeGreaterThanOrEqual(7000);
        expect(afterMs).toBeLessThanOrEqual(8400);
      });

      it('holds the credential or the message, not the device, when the credential is faulty', async () => {
        const held = { kind: 'hold-credential', untilMs: expect.any(Number), alarm: true };
        const waits = { kind: 'retry', uncounted: true, alarm: true };
        const outcome = await sendScripted({ says: 'credential fault' });
        expect(outcome).toMatchObject(harness.holdsCredential === false ? waits : held);
      });

      it('says expired without asking the provider when the message is too old', async () => {
        const old = message(undefined, { options: { priority: 'bulk', expiresAt: new Date(Date.now() - 1) } });
        expect(await open().send(old)).toMatchObject({ kind: 'expired' });
        expect(await harness.received()).toEqual([]);
      });
    });

    describe('when no answer comes', () => {
      it('says ambiguous at the deadline, and the retry carries the same id', async () => {
        const device = harness.device();
        await harness.script(device, { says: 'nothing' }, 1);
        const session = open({ deadlineMs: 300 });
        const first = message(device);
        expect(await session.send(first)).toMatchObject({ kind: 'ambiguous', afterMs: expect.any(Number) });
        expect(await session.send({ ...first, attempt: 2 })).toMatchObject({ kind: 'sent' });
        expect(await timesReceived(first.deliveryId)).toBe(2);
      });

      it('says ambiguous when the stream is reset', async () => {
        expect(await sendScripted({ says: 'stream reset' })).toMatchObject({ kind: 'ambiguous' });
      });

      it('settles every send when the connection is cut under load, and goes on with a new one', async () => {
        await harness.slowDown(20);
        const session = open();
        await session.send(message());
        const fatal = harness.device();
        await harness.script(fatal, { says: 'connection cut' });
        const messages = Array.from({ length: 200 }, (_, index) => message(index === 100 ? fatal : undefined));
        const outcomes = await Promise.all(messages.map((each) => session.send(each)));
        expect(outcomes[100]).toMatchObject({ kind: 'ambiguous' });
        expect(outcomes.filter(({ kind }) => !['sent', 'ambiguous', 'retry'].includes(kind))).toEqual([]);
        expect(await session.send(message())).toMatchObject({ kind: 'sent' });
      });

      it('loses and repeats nothing when the provider asks connections to leave under load', async () => {
        await harness.slowDown(20);
        const session = open();
        const messages = Array.from({ length: 1000 }, () => message());
        const outcomes = new Map<string, AttemptOutcome['kind']>();
        const waiting = [...messages];
        const sendUntilNoneIsLeft = async (): Promise<void> => {
          for (let next = waiting.pop(); next; next = waiting.pop()) {
            outcomes.set(next.deliveryId, (await session.send(next)).kind);
            if (outcomes.size % 200 === 0) await harness.goaway();
          }
        };
        await Promise.all(Array.from({ length: 100 }, sendUntilNoneIsLeft));
        const received = new Map<string, number>();
        for (const { messageId } of await harness.received())
          received.set(messageId, (received.get(messageId) ?? 0) + 1);
        // Accepted once, or refused before anything was done with it: never unknown, never both.
        for (const { deliveryId } of messages) {
          const kind = outcomes.get(deliveryId);
          expect([kind, received.get(deliveryId) ?? 0]).toEqual(kind === 'retry' ? ['retry', 0] : ['sent', 1]);
        }
      }, 20_000);

      it('notices in time that the other side is silent, and recovers at once when it is back', async () => {
        const { noticedWithinMs, ...settings } = harness.silence;
        const session = open(settings);
        // As many connections as are needed below, so that none has to be opened into the silence.
        await Promise.all(Array.from({ length: 16 }, () => session.send(message())));
        await harness.blackHole(true);
        const beats = countBeats(BEAT_MS);
        const lost = await Promise.all(Array.from({ length: 16 }, () => session.send(message())));
        expect(beats() * BEAT_MS).toBeLessThan(noticedWithinMs);
        expect(new Set(lost.map(({ kind }) => kind))).toEqual(new Set(['ambiguous']));
        await harness.blackHole(false);
        const back = performance.now();
        expect(await session.send(message())).toMatchObject({ kind: 'sent' });
        expect(performance.now() - back).toBeLessThan(1000);
      }, 20_000);
    });

    describe('cancelling', () => {
      it('sends nothing and counts no attempt when it is cancelled before the connection is up', async () => {
        const session = open();
        const cancel = new AbortController();
        const cancelled = message();
        const outcome = session.send(cancelled, cancel.signal);
        cancel.abort();
        expect(await outcome).toMatchObject({ kind: 'retry', uncounted: true });
        expect(await session.send(message())).toMatchObject({ kind: 'sent' });
        expect(await timesReceived(cancelled.deliveryId)).toBe(0);
      });

      it('says ambiguous when it is cancelled after the request went out', async () => {
        const device = harness.device();
        await harness.script(device, { says: 'nothing' });
        const cancel = new AbortController();
        const cancelled = message(device);
        const outcome = open().send(cancelled, cancel.signal);
        await eventually(async () => (await timesReceived(cancelled.deliveryId)) === 1);
        cancel.abort();
        expect(await outcome).toMatchObject({ kind: 'ambiguous' });
      });
    });

    describe('connections', () => {
      it('shares few connections between 500 sends at once', async () => {
        await harness.slowDown(20);
        const session = open();
        const outcomes = await Promise.all(Array.from({ length: 500 }, () => session.send(message())));
        expect(outcomes.filter(({ kind }) => kind !== 'sent')).toEqual([]);
        const used = new Set((await harness.received()).map(({ connection }) => connection));
        expect(used.size).toBeLessThanOrEqual(harness.mostConnections);
      });

      it('lets what is under way finish when a newer credential arrives, then closes the old connections', async () => {
        const device = harness.device();
        await harness.script(device, { says: 'accepted', afterMs: 300 });
        const provider = harness.provider();
        opened = [...opened, provider];
        const before = harness.session(provider, 1);
        const slow = message(device);
        const underWay = before.send(slow);
        await eventually(async () => (await timesReceived(slow.deliveryId)) === 1);
        const after = harness.session(provider, 2);
        expect(after).not.toBe(before);
        expect(await after.send(message())).toMatchObject({ kind: 'sent' });
        expect(await before.send(message())).toMatchObject({ kind: 'retry', uncounted: true });
        expect(await underWay).toMatchObject({ kind: 'sent' });
        expect(harness.session(provider, 1)).toBe(after);
        await eventually(async () => (await harness.openConnections()) === 1);
      });

      it('leaves no connection and no timer behind when it is closed', async () => {
        const timers = () => process.getActiveResourcesInfo().filter((resource) => resource === 'Timeout').length;
        const provider = harness.provider();
        const device = harness.device();
        await harness.script(device, { says: 'accepted', afterMs: 200 });
        const before = timers();
        const underWay = harness.session(provider).send(message(device));
        await provider.close();
        expect(await underWay).toMatchObject({ kind: 'sent' });
        await eventually(async () => (await harness.openConnections()) === 0);
        // Polled, because the harness's own HTTP client has timers that end by themselves.
        await eventually(() => timers() <= before);
      });

      it('can be closed when the other side fell silent after asking the connection to leave', async () => {
        const device = harness.device();
        await harness.script(device, { says: 'nothing' });
        const provider = harness.provider({ deadlineMs: 500 });
        const stuck = message(device);
        const lost = harness.session(provider).send(stuck);
        await eventually(async () => (await timesReceived(stuck.deliveryId)) === 1);
        await harness.goaway();
        await harness.blackHole(true);
        await provider.close();
        expect(await lost).toMatchObject({ kind: 'ambiguous' });
      });

      it('can be closed while the other side is silent', async () => {
        const provider = harness.provider({ deadlineMs: 300 });
        const session = harness.session(provider);
        await session.send(message());
        await harness.blackHole(true);
        const lost = session.send(message());
        await provider.close();
        expect(await lost).toMatchObject({ kind: 'ambiguous' });
      });
    });
  });
}

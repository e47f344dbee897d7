import { describe, expect, it, jest } from '@jest/globals';
import { newUuid } from '@signalbox/contracts';
import type { AttemptOutcome, PushMessage } from '../providers/push-provider.js';
import { type BreakerEvents, CredentialBreakers, OF_PUSH_SERVICE } from './credential-breakers.js';

const timeout: AttemptOutcome = { kind: 'ambiguous', reason: 'TIMEOUT', afterMs: 1, raw: {} };
const sent: AttemptOutcome = { kind: 'sent', raw: {} };
const DEVICE: PushMessage['device'] = {
  id: newUuid(),
  target: 'a1',
  targetKind: 'apns',
  environment: 'sandbox',
  registeredAt: new Date(0),
};

/** Nobody keeps them closed. */
const told = (opened: string[]): BreakerEvents => ({
  opened: (credential) => {
    opened.push(credential);
    return Promise.resolve(false);
  },
  closed: () => undefined,
});

function watching() {
  const opened: string[] = [];
  const breakers = new CredentialBreakers(told(opened));
  let calls = 0;
  const call = (credential: string, outcome: AttemptOutcome) =>
    breakers.call(credential, DEVICE, () => {
      calls += 1;
      return Promise.resolve(outcome);
    });
  return { opened, call, breakers, calls: () => calls };
}

describe('the breaker of a credential', () => {
  it('opens once when a provider no longer answers, and lets no further call through', async () => {
    const { opened, call, calls } = watching();
    for (let time = 0; time < 40; time += 1) await call('a', timeout);
    expect(opened).toEqual(['a']);
    expect(calls()).toBeLessThan(20);
    expect(await call('a', sent)).toBeUndefined();
  });

  it('leaves every other credential alone', async () => {
    const { call } = watching();
    for (let time = 0; time < 40; time += 1) await call('a', timeout);
    expect(await call('b', sent)).toEqual(sent);
  });

  it('stays closed while most calls are answered, whatever the answers say', async () => {
    const { opened, call } = watching();
    const refusals: AttemptOutcome[] = [
      { kind: 'gone', reason: 'Unregistered', goneAt: new Date(), raw: {} },
      { kind: 'rejected', reason: 'PayloadTooLarge', raw: {} },
      { kind: 'retry', reason: 'TooManyRequests', afterMs: 1, raw: {} },
      { kind: 'retry', reason: 'CLOSED', afterMs: 1, uncounted: true, raw: {} },
    ];
    for (let time = 0; time < 200; time += 1) await call('a', refusals[time % refusals.length]!);
    for (let time = 0; time < 100; time += 1) await call('a', timeout);
    expect(opened).toEqual([]);
  });

  it('is not opened by a few calls, even when all of them fail', async () => {
    const { opened, call } = watching();
    for (let time = 0; time < 5; time += 1) await call('a', timeout);
    expect(opened).toEqual([]);
  });
});

describe('what a breaker counts', () => {
  const failing = (breakers: CredentialBreakers, error: Error) =>
    breakers.call('a', DEVICE, () => Promise.reject<AttemptOutcome>(error));

  it('is no fault of ours: that reaches the caller, however often it comes', async () => {
    const { opened, call, breakers } = watching();
    for (let time = 0; time < 40; time += 1) await expect(failing(breakers, new Error('ours'))).rejects.toThrow('ours');
    expect(opened).toEqual([]);
    expect(await call('a', sent)).toEqual(sent);
  });

  it('are calls that were under way when it opened, whose outcome each caller gets', async () => {
    const { opened, breakers } = watching();
    const ends: ((outcome: AttemptOutcome) => void)[] = [];
    const calls = Array.from({ length: 40 }, () =>
      breakers.call('a', DEVICE, () => new Promise((resolve) => void ends.push(resolve))),
    );
    for (const end of ends) end(timeout);
    expect(await Promise.all(calls)).toEqual(calls.map(() => timeout));
    expect(opened).toEqual(['a']);
  });

  it('lets one call through when it has been open for a while, and closes when that is answered', async () => {
    jest.useFakeTimers({ now: Date.now(), doNotFake: ['nextTick', 'queueMicrotask'] });
    try {
      const { call } = watching();
      for (let time = 0; time < 40; time += 1) await call('a', timeout);
      expect(await call('a', sent)).toBeUndefined();
      jest.setSystemTime(Date.now() + 1_001);
      expect(await call('a', sent)).toEqual(sent);
      expect(await call('a', timeout)).toEqual(timeout);
      expect(await call('a', sent)).toEqual(sent);
    } finally {
      jest.useRealTimers();
    }
  });
});

describe('the breaker of a browser’s push service', () => {
  it('stops what goes there with this credential, and nothing that goes to another service', async () => {
    const opened: string[] = [];
    const breakers = new CredentialBreakers(told(opened), OF_PUSH_SERVICE);
    const at = (host: string) => ({ ...DEVICE, targetKind: 'webpush', target: `https://${host}/push/${newUuid()}` });
    const call = (credential: string, host: string, outcome: AttemptOutcome) =>
      breakers.call(credential, at(host), () => Promise.resolve(outcome));
    for (let time = 0; time < 40; time += 1) {
      await call('a', 'silent.example', timeout);
      expect(await call('a', 'fcm.googleapis.com', sent)).toEqual(sent);
    }
    expect(opened).toEqual(['a']);
    expect(await call('a', 'silent.example', sent)).toBeUndefined();
    expect(await call('b', 'silent.example', sent)).toEqual(sent);
  });

  it('is forgotten after a thousand others, and one in use is not', async () => {
    const breakers = new CredentialBreakers(told([]), OF_PUSH_SERVICE);
    const call = (host: string, outcome: AttemptOutcome) =>
      breakers.call('a', { ...DEVICE, targetKind: 'webpush', target: `https://${host}/x` }, () =>
        Promise.resolve(outcome),
      );
    for (const host of ['unused.example', 'used.example']) {
      for (let time = 0; time < 40; time += 1) await call(host, timeout);
    }
    for (let host = 0; host < 999; host += 1) {
      await call(`made-up-${host}.example`, sent);
      expect(await call('used.example', sent)).toBeUndefined();
    }
    expect(await call('unused.example', sent)).toEqual(sent);
  });

  it('lets through what goes to an installation that has become a phone', async () => {
    const breakers = new CredentialBreakers(told([]), OF_PUSH_SERVICE);
    expect(await breakers.call('a', DEVICE, () => Promise.resolve(sent))).toEqual(sent);
  });
});

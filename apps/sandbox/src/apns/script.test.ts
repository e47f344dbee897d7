import { describe, expect, it } from '@jest/globals';
import { refusal } from './ending.js';
import { createApnsScript, ORDINARY } from './behaviour.js';
import { TOKEN_PREFIXES } from './token-prefixes.js';

const PLAIN = 'ab'.repeat(32);
const DEAD = 'dead'.repeat(16);
const gone = { ending: refusal('Unregistered') };
const busy = { ending: refusal('TooManyRequests') };

describe('the script', () => {
  it('accepts what nothing is said about', () => {
    expect(createApnsScript().decide(PLAIN)).toEqual({
      ending: { kind: 'answer', status: 200 },
      latencyMs: 0,
      decidedBy: 'default',
    });
  });

  it('prefers the token to its prefix and the prefix to the behaviour for all', () => {
    const script = createApnsScript();
    script.behaviour = { ...ORDINARY, ...busy };
    expect(script.decide(PLAIN)).toMatchObject({ ...busy, decidedBy: 'behaviour' });
    expect(script.decide(DEAD)).toMatchObject({ ending: { status: 410 }, decidedBy: 'prefix' });
    script.set(DEAD, { ending: { kind: 'hang' } }, undefined);
    expect(script.decide(DEAD.toUpperCase())).toMatchObject({ ending: { kind: 'hang' }, decidedBy: 'token' });
  });

  it('uses an outcome as often as asked and then no more', () => {
    const script = createApnsScript();
    script.set(PLAIN, gone, 2);
    expect([1, 2, 3].map(() => script.decide(PLAIN).decidedBy)).toEqual(['token', 'token', 'default']);
    expect(script.find(PLAIN)).toMatchObject({ remaining: 0, used: 2 });
  });

  it('spreads a share evenly', () => {
    const script = createApnsScript();
    script.behaviour = { ...ORDINARY, ...busy, share: 0.1 };
    const hits = Array.from({ length: 100 }, () => script.decide(PLAIN).decidedBy === 'behaviour');
    expect(hits.filter(Boolean)).toHaveLength(10);
    expect(hits.slice(0, 10).filter(Boolean)).toHaveLength(1);
  });

  it('adds the latency for all to every answer that has none of its own', () => {
    const script = createApnsScript();
    script.behaviour = { ...ORDINARY, latencyMs: 70 };
    script.set(PLAIN, { latencyMs: 5 }, 1);
    expect(script.decide(PLAIN)).toMatchObject({ latencyMs: 5, ending: { status: 200 } });
    expect(script.decide(PLAIN)).toMatchObject({ latencyMs: 70 });
    expect(script.decide(DEAD)).toMatchObject({ latencyMs: 70, ending: { status: 410 } });
  });

  it('makes a flaky token succeed after its number of failures, each token for itself', () => {
    const script = createApnsScript();
    const token = (last: string): string => 'f1a2'.repeat(16).slice(0, -1) + last;
    const statuses = (last: string): unknown[] =>
      [1, 2, 3].map(() => {
        const { ending } = script.decide(token(last));
        return ending.kind === 'answer' && ending.status;
      });
    expect(statuses('a')).toEqual([429, 429, 200]);
    expect(statuses('b')).toEqual([429, 429, 200]);
    script.removeAll();
    expect(statuses('a')).toEqual([429, 429, 200]);
  });

  it('knows prefixes of eight hexadecimal digits only', () => {
    for (const prefix of TOKEN_PREFIXES.keys()) expect(prefix).toMatch(/^([0-9a-f]{4})\1$/);
  });
});

import { describe, expect, it } from '@jest/globals';
import { OperatorPassword } from './operator-password.js';
import { SESSION_LIFETIME, Sessions } from './sessions.js';

const password = new OperatorPassword('correct horse battery');
const key = password.sessionKey();

const holder = { kind: 'user', userId: 'usr_ann', sessionId: 'ses_phone' } as const;

describe('a session', () => {
  it('is open until twelve hours have passed', () => {
    let now = 1_000_000;
    const sessions = new Sessions(key, () => now);
    const session = sessions.open(holder);
    now += SESSION_LIFETIME - 1;
    expect(sessions.holderOf(session)).toEqual(holder);
    now += 1;
    expect(sessions.holderOf(session)).toBeUndefined();
  });

  it('is open in every process with the same password, and in none with another', () => {
    const session = new Sessions(key).open(holder);
    expect(new Sessions(new OperatorPassword('correct horse battery').sessionKey()).holderOf(session)).toEqual(holder);
    expect(new Sessions(new OperatorPassword('correct horse battery.').sessionKey()).holderOf(session)).toBeUndefined();
  });

  it('ends when the operator signs out, and takes no other session with it', () => {
    const sessions = new Sessions(key);
    const [mine, other] = [sessions.open(holder), sessions.open(holder)];
    sessions.end(mine);
    expect([sessions.holderOf(mine), sessions.holderOf(other)]).toEqual([undefined, holder]);
  });

  it('cannot be made or changed without the key', () => {
    const sessions = new Sessions(key);
    const [claims, signature] = sessions.open(holder).split('.') as [string, string];
    const other = Buffer.from(JSON.stringify({ expiresAt: 9e15, id: 'x', holder: { kind: 'break_glass' } }));
    const forgeries = [
      undefined,
      '',
      '.',
      '..',
      claims,
      `${claims}.`,
      `${claims}A.${signature}`,
      `${claims}.${signature}A`,
      `${claims}.${'A'.repeat(signature.length)}`,
      `${claims}.${signature}.more`,
      `${other.toString('base64url')}.${signature}`,
    ];
    for (const forgery of forgeries) expect([forgery, sessions.holderOf(forgery)]).toEqual([forgery, undefined]);
  });
});

describe('the token of the forms', () => {
  it('is of one session, and of one key', () => {
    const sessions = new Sessions(key);
    const [mine, other] = [sessions.open(holder), sessions.open(holder)];
    const tokens = [
      sessions.formToken(mine),
      sessions.formToken(other),
      new Sessions(Buffer.alloc(32)).formToken(mine),
    ];
    expect(new Set(tokens).size).toBe(3);
    expect(sessions.formToken(mine)).toBe(tokens[0]);
    for (const token of tokens) expect(mine).not.toContain(token);
  });
});

describe('the operator password', () => {
  it('matches itself only', () => {
    expect(password.matches('correct horse battery')).toBe(true);
    for (const guess of ['', 'correct horse batter', 'correct horse battery ', 'Correct horse battery']) {
      expect(password.matches(guess)).toBe(false);
    }
  });
});

import { describe, expect, it } from '@jest/globals';
import { OperatorPassword } from './operator-password.js';
import { SESSION_LIFETIME, Sessions } from './sessions.js';

const password = new OperatorPassword('correct horse battery');
const key = password.sessionKey();

describe('a session', () => {
  it('is open until twelve hours have passed', () => {
    let now = 1_000_000;
    const sessions = new Sessions(key, () => now);
    const session = sessions.open();
    now += SESSION_LIFETIME - 1;
    expect(sessions.isOpen(session)).toBe(true);
    now += 1;
    expect(sessions.isOpen(session)).toBe(false);
  });

  it('is open in every process with the same password, and in none with another', () => {
    const session = new Sessions(key).open();
    expect(new Sessions(new OperatorPassword('correct horse battery').sessionKey()).isOpen(session)).toBe(true);
    expect(new Sessions(new OperatorPassword('correct horse battery.').sessionKey()).isOpen(session)).toBe(false);
  });

  it('ends when the operator signs out, and takes no other session with it', () => {
    const sessions = new Sessions(key);
    const [mine, other] = [sessions.open(), sessions.open()];
    sessions.end(mine);
    expect([sessions.isOpen(mine), sessions.isOpen(other)]).toEqual([false, true]);
  });

  it('cannot be made or changed without the key', () => {
    const sessions = new Sessions(key);
    const [expiry, id, signature] = sessions.open().split('.') as [string, string, string];
    const forgeries = [
      undefined,
      '',
      '..',
      `${expiry}.${id}.`,
      `${expiry}.${id}`,
      `${expiry}z.${id}.${signature}`,
      `${expiry}.${id}A.${signature}`,
      `${expiry}.${id}.${signature}A`,
      `${expiry}.${id}.${'A'.repeat(signature.length)}`,
      `${expiry}.${id}.${signature}.more`,
    ];
    for (const forgery of forgeries) expect([forgery, sessions.isOpen(forgery)]).toEqual([forgery, false]);
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

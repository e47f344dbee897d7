import { describe, expect, it } from '@jest/globals';
import { hashOfNothing, PRESENT_COST } from './argon2.js';
import { HashRoom, HashRoomFull } from './hash-room.js';
import { Passwords } from './passwords.js';

const CHEAP = { memoryKiB: 8, passes: 1, lanes: 1 };
const passwords = new Passwords({ slots: 2, waiting: 8 }, CHEAP);
const CONTEXT = { appName: 'Honey Shop', email: 'ann.baker@example.com', name: 'Ann Baker' };
const weakness = (password: string) => passwords.weakness(password, CONTEXT);

describe('check 19: a password', () => {
  it.each([
    ['eight characters', 'jk4-x9 q'],
    ['sixty-four', 'x7 '.repeat(22).slice(0, 64)],
    ['a thousand', 'five blue whales '.repeat(60).slice(0, 1_000)],
    ['spaces only around it', '  lonely planets  '],
    ['lower-case letters only', 'woodenspoonriver'],
    ['digits only', '70413982256619'],
    ['emoji', '🦊🌲🦊🌲🦉🌲🦊🦉'],
    ['a NUL in it', 'before\0after'],
    ['other scripts', 'пароль-для-магазина'],
  ])('may have %s', (_what, password) => {
    expect(weakness(password)).toBeUndefined();
  });

  it.each([
    ['seven characters', 'jk4-x9q', 'too_short'],
    ['seven emoji, which are fourteen units', '🦊🌲🦊🌲🦉🌲🦊', 'too_short'],
    ['more than a person types', 'x'.repeat(1_025), 'too_long'],
    ['half a character', 'a lone \ud83d surrogate', 'not_text'],
    ['the most common one', 'password', 'breached'],
    ['one of the three thousand most common', 'liverpool1', 'breached'],
    ['one further down the list', 'franklampard', 'breached'],
    ['a common one in capitals', 'PASSWORD123', 'breached'],
    ['a common one in full-width letters', 'ｐａｓｓｗｏｒｄ', 'breached'],
    ['the name of the app', 'HoneyShop', 'guessable'],
    ['the name of the app and a year', 'honeyshop2026', 'guessable'],
    ['the address', 'ann.baker@example.com', 'guessable'],
    ['what is before the @, and a little', 'ann.baker!1', 'guessable'],
    ['the own name', 'Ann Baker 99', 'guessable'],
    ['our name', 'signalbox1', 'guessable'],
  ])('may not be %s', (_what, password, why) => {
    expect(weakness(password)).toBe(why);
  });

  it('may hold the names around it, if there is enough else', () => {
    expect(weakness('honeyshop seven green owls')).toBeUndefined();
  });

  it.each([
    ['what comes after NUL', 'before\0after', 'before\0other'],
    ['NUL itself', 'before\0after', 'before'],
    ['the 73rd byte', `${'a'.repeat(72)}b`, `${'a'.repeat(72)}c`],
    ['the last of 300 characters', `${'x1'.repeat(150)}y`, `${'x1'.repeat(150)}z`],
    ['which emoji it is', '🦊🦊🦊🦊🦊🦊🦊🦊', '🦊🦊🦊🦊🦊🦊🦊🦉'],
    ['case', 'green Owls fly', 'green owls fly'],
    ['spaces at its ends', ' green owls fly', 'green owls fly'],
  ])('counts whole: %s', async (_what, password, other) => {
    const hash = await passwords.hash(password);
    expect(await passwords.verify(hash, password)).toBe(true);
    expect(await passwords.verify(hash, other)).toBe(false);
  });

  it('is the same from every keyboard', async () => {
    const hash = await passwords.hash('Gr\u00fc\u00dfe aus K\u00f6ln');
    expect(await passwords.verify(hash, 'Gru\u0308\u00dfe aus Ko\u0308ln')).toBe(true);
  });
});

describe('a hash', () => {
  it('is argon2id of 19 MiB, two passes and one lane, and says so', async () => {
    const strong = new Passwords({ slots: 1, waiting: 1 });
    const hash = await strong.hash('green owls fly');
    expect(hash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
    expect(strong.isOutdated(hash)).toBe(false);
    expect(passwords.isOutdated(hash)).toBe(true);
    expect(passwords.isOutdated('$2b$10$abcdefghijklmnopqrstuv')).toBe(true);
    // Of whatever cost it is, it is still checked.
    expect(await passwords.verify(hash, 'green owls fly')).toBe(true);
  });

  it('is never the same twice, and of nothing fits nothing', async () => {
    expect(await passwords.hash('green owls fly')).not.toBe(await passwords.hash('green owls fly'));
    expect(await passwords.verify(undefined, '')).toBe(false);
    expect(await passwords.verify('not a hash', 'green owls fly')).toBe(false);
    expect(hashOfNothing(PRESENT_COST)).toMatch(
      /^\$argon2id\$v=19\$m=19456,t=2,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/,
    );
  });

  it('of nothing costs as much as one of something', async () => {
    const strong = new Passwords({ slots: 1, waiting: 1 });
    const hash = await strong.hash('green owls fly');
    // Time of the processor, its threads included: however busy the machine is with other things, it is the same.
    const costOf = async (against: string | undefined): Promise<number> => {
      const before = process.cpuUsage();
      for (let round = 0; round < 15; round += 1) await strong.verify(against, 'blue owls fly');
      return process.cpuUsage(before).user;
    };
    await costOf(hash);
    const [a, b] = [await costOf(hash), await costOf(undefined)];
    expect(Math.abs(a - b)).toBeLessThan(Math.max(a, b) / 2);
  });
});

describe('the room in which passwords are hashed', () => {
  it('lets in so many, lets so many wait, and turns the others away at once', async () => {
    const room = new HashRoom({ slots: 2, waiting: 3 });
    const gate = Promise.withResolvers<void>();
    let running = 0;
    let most = 0;
    const work = async (): Promise<void> => {
      most = Math.max(most, (running += 1));
      await gate.promise;
      running -= 1;
    };
    const inside = Array.from({ length: 5 }, () => room.use(work));
    await expect(room.use(work)).rejects.toThrow(HashRoomFull);
    gate.resolve();
    await Promise.all(inside);
    expect(most).toBe(2);
    await expect(room.use(async () => 'in')).resolves.toBe('in');
  });
});

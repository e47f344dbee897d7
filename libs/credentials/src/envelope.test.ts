import { randomBytes } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { newUuid } from '@signalbox/contracts';
import { Envelope, SealBroken } from './envelope.js';
import { loadMasterKey } from './master-key.js';

const newKey = (): string => randomBytes(32).toString('base64');
const envelopeWith = (...keys: string[]): Envelope => new Envelope(loadMasterKey({ key: keys.join(',') }));
const place = { appId: newUuid(), table: 'credential', column: 'sealed' };

describe('Envelope', () => {
  const envelope = envelopeWith(newKey());

  it.each(['', 'short', 'ünïcödé 👩‍👩‍👧', 'x'.repeat(100_000)])('opens what it sealed (%#)', (plain) => {
    expect(envelope.open(envelope.seal(plain, place), place).toString()).toBe(plain);
  });

  it('seals the same text differently each time, and never shows it', () => {
    const [one, other] = [envelope.seal('a secret text', place), envelope.seal('a secret text', place)];
    expect(one.equals(other)).toBe(false);
    expect(one.includes('a secret text')).toBe(false);
  });

  it.each([
    ['app', { ...place, appId: newUuid() }],
    ['table', { ...place, table: 'api_key' }],
    ['column', { ...place, column: 'summary' }],
    ['border between table and column', { ...place, table: 'credentials', column: 'ealed' }],
  ])('does not open in another %s', (_what, elsewhere) => {
    expect(() => envelope.open(envelope.seal('secret', place), elsewhere)).toThrow(SealBroken);
  });

  it('does not open when any single byte was changed', () => {
    const sealed = envelope.seal('secret', place);
    for (let at = 0; at < sealed.length; at += 1) {
      const altered = Buffer.from(sealed);
      altered[at] = altered[at]! ^ 1;
      expect(() => envelope.open(altered, place)).toThrow(SealBroken);
    }
  });

  it('does not open when it was cut short, at any length', () => {
    const sealed = envelope.seal('secret', place);
    for (let length = 0; length < sealed.length; length += 1) {
      expect(() => envelope.open(sealed.subarray(0, length), place)).toThrow(SealBroken);
    }
  });

  it('opens old seals after a rotation, seals with the new key, and names the key that is missing once it is removed', () => {
    const [oldKey, nextKey] = [newKey(), newKey()];
    const before = envelopeWith(oldKey).seal('old', place);
    const rotating = envelopeWith(nextKey, oldKey);
    expect(rotating.open(before, place).toString()).toBe('old');
    expect(envelopeWith(nextKey).open(rotating.seal('new', place), place).toString()).toBe('new');
    const oldId = loadMasterKey({ key: oldKey }).sealing.id;
    expect(() => envelopeWith(nextKey).open(before, place)).toThrow(`master key ${oldId}, which is not configured`);
  });
});

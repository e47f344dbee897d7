import { describe, expect, it } from '@jest/globals';
import { EVENT_TYPES } from '@signalbox/contracts';
import { pseudonymOf } from './person-key.js';
import {
  EMPTIED_FIELDS,
  FREE_FIELDS,
  isForNobody,
  THING_FIELDS,
  USER_FIELDS,
  withoutPerson,
} from './without-person.js';

const pseudonym = pseudonymOf('01930000-0000-7000-8000-000000000001');
const names = { users: new Set(['ann@example.com']), things: new Set(['phone-1']), pseudonym };

describe('a fact without its person', () => {
  it('keeps everything but the names, wherever they stand', () => {
    expect(
      withoutPerson(
        { root: 'r', lane: 'bulk', to: { userIds: ['bob', 'ann@example.com'] }, category: 'ann@example.com' },
        names,
      ),
    ).toEqual({ root: 'r', lane: 'bulk', to: { userIds: ['bob', pseudonym] }, category: 'ann@example.com' });
    expect(withoutPerson({ userId: 'ann@example.com', amount: 5 }, names)).toEqual({ userId: pseudonym, amount: 5 });
    expect(withoutPerson({ deliveries: 1, withoutDevice: ['ann@example.com', 'bob'] }, names)).toEqual({
      deliveries: 1,
      withoutDevice: [pseudonym, 'bob'],
    });
    expect(withoutPerson({ to: { installationId: 'phone-1' } }, names)).toEqual({ to: { installationId: pseudonym } });
  });

  it('takes an installation for no user of the same name, and the other way round', () => {
    expect(withoutPerson({ installationId: 'ann@example.com', userId: 'phone-1' }, names)).toEqual({
      installationId: 'ann@example.com',
      userId: 'phone-1',
    });
  });

  it('drops what others wrote freely', () => {
    expect(withoutPerson({ deviceId: 'dev_1', answer: { body: 'hello Ann' }, note: 'Ann called' }, names)).toEqual({
      deviceId: 'dev_1',
      note: '',
    });
  });

  it('is for nobody only when nobody is left', () => {
    expect(isForNobody({ to: { userId: pseudonym } })).toBe(true);
    expect(isForNobody({ to: { userIds: [pseudonym, pseudonym] } })).toBe(true);
    expect(isForNobody({ to: { userIds: [pseudonym, 'bob'] } })).toBe(false);
    expect(isForNobody({ userId: pseudonym })).toBe(false);
  });
});

/** Our own ids, and counts. */
const HARMLESS = new Set(['deviceId', 'deviceIds', 'devices']);

it('knows every field of a fact that can name a person: a new one is added to its list', () => {
  const fields = new Set<string>();
  const walk = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return;
    const { properties, anyOf, items } = value as Record<string, unknown>;
    for (const [field, inner] of Object.entries(properties ?? {})) {
      fields.add(field);
      walk(inner);
    }
    for (const each of (anyOf ?? []) as unknown[]) walk(each);
    walk(items);
  };
  for (const schema of Object.values(EVENT_TYPES)) walk(schema.toJSONSchema());
  const suspects = [...fields].filter((field) =>
    /user|install|person|email|phone|recipient|note|link|answer|device/i.test(field),
  );
  const known = new Set([...USER_FIELDS, ...THING_FIELDS, ...FREE_FIELDS, ...EMPTIED_FIELDS, ...HARMLESS]);
  expect(suspects.filter((field) => !known.has(field))).toEqual([]);
});

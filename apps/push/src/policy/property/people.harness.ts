import { type PolicyDocument, policyDocument, type QuietWindow, type UserPreferences } from '@signalbox/contracts';

/** Numbers from 0 to 1 that a seed determines. */
export type Random = () => number;

/** Mulberry32. */
export function randomOf(seed: number): Random {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

export const pick = <Value>(random: Random, values: readonly Value[]): Value =>
  values[Math.floor(random() * values.length)]!;

export const CATEGORIES = ['news', 'offers', 'orders', 'security', 'hints'] as const;

/** Half of the people live where clocks are set in the nights that are looked at. */
const SET = ['America/New_York', 'Europe/Berlin', 'Europe/London', 'Australia/Lord_Howe', 'Africa/Cairo'];

export const zoneOf = (random: Random, zones: readonly string[]): string => pick(random, random() < 0.6 ? SET : zones);

const clockTime = (random: Random): string =>
  `${String(Math.floor(random() * 24)).padStart(2, '0')}:${pick(random, ['00', '15', '30', '45', '07'])}`;

function windowsOf(random: Random): QuietWindow[] {
  return Array.from({ length: Math.floor(random() * 3) }, (): QuietWindow => {
    const start = random() < 0.5 ? pick(random, ['21:00', '22:00', '22:30', '01:30', '02:15']) : clockTime(random);
    const end = pick(random, ['01:45', '02:30', '02:45', '06:00', '07:30', '08:00', '24:00', clockTime(random)]);
    const days =
      random() < 0.3
        ? {
            days: pick(random, [
              ['sat', 'sun'],
              ['mon', 'tue', 'wed', 'thu', 'fri'],
            ] as QuietWindow['days'][])!,
          }
        : {};
    return { ...days, start, end: end === start ? '24:00' : end };
  });
}

/** An app's policy; its categories obey all kinds of rules. */
export function policyOf(random: Random): PolicyDocument {
  const caps = (): unknown[] =>
    random() < 0.85
      ? [{ max: 1 + Math.floor(random() * 2), perSeconds: pick(random, [3_600, 6 * 3_600, 86_400]) }]
      : [];
  return policyDocument.parse({
    defaults: {
      consent: random() < 0.8 ? 'in' : 'out',
      timeZone: pick(random, ['UTC', 'Asia/Kolkata']),
      quietHours: random() < 0.6 ? windowsOf(random) : null,
      caps: caps(),
    },
    categories: {
      news: { quietHours: 'delay', caps: caps() },
      offers: { quietHours: 'drop', consent: random() < 0.5 ? 'out' : 'in', caps: caps() },
      orders: {},
      security: { mandatory: true, ...(random() < 0.5 && { caps: caps() }) },
      hints: { quietHours: 'silent' },
    },
  });
}

export function preferencesOf(random: Random, zones: readonly string[]): UserPreferences {
  const choices: UserPreferences['choices'] = {};
  for (const category of [...CATEGORIES, '*']) {
    if (category !== 'security' && random() < 0.12) choices[category] = random() < 0.6 ? 'out' : 'in';
  }
  return {
    choices,
    quietHours: random() < 0.5 ? windowsOf(random) : null,
    timeZone: random() < 0.5 ? zoneOf(random, zones) : null,
    locale: null,
  };
}

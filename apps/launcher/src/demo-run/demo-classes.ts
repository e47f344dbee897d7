import type { DemoClass } from './demo-class.js';

/** Notifications of this category are sent at most once: a lost answer makes a dead letter, not a second message. */
export const ONCE_ONLY = 'one-time-code';

/** Seconds; less than Apple's 503 makes us wait (apps/push/src/providers/apns/apns-outcome.ts), so no retry is in time. */
const SHORT_LIFE = 3;

/** A class that makes up a fixed part of a run. */
export interface SpecialClass extends DemoClass {
  /** Of every thousand notifications. */
  readonly perThousand: number;
  /** Of a run of any size. */
  readonly most: number;
}

/** Those that share what the special ones leave, which is most. */
export const ORDINARY: readonly [iphones: DemoClass, androids: DemoClass] = [
  { name: 'iPhones', phones: [{ provider: 'apns' }], expected: { end: 'sent' } },
  { name: 'Android phones', phones: [{ provider: 'fcm' }], expected: { end: 'sent' } },
];

/** A retry budget of about a hundred per credential and minute stands behind these bounds: two runs in a row stay below it. */
const MOST_RETRIED = { apns: 25, fcm: 15 };
/** Above some twenty deletions the guard against mass deletion would rightly stop us. */
const MOST_DELETED = 10;
const MOST_LETTERS = 10;

/** The most telling first: a run too small for all of them leaves out the last. */
export const SPECIAL: readonly SpecialClass[] = [
  {
    name: 'users with an iPhone and an Android',
    phones: [{ provider: 'apns' }, { provider: 'fcm' }],
    expected: { end: 'sent' },
    perThousand: 60,
    most: Infinity,
  },
  {
    name: 'iPhones, Apple is busy at first',
    phones: [{ provider: 'apns', prefix: 'f1a1f1a1' }],
    expected: { end: 'sent', retried: true },
    perThousand: 25,
    most: MOST_RETRIED.apns,
  },
  {
    name: 'Androids, Google is down at first',
    phones: [{ provider: 'fcm', prefix: 'f1a1f1a1' }],
    expected: { end: 'sent', retried: true },
    perThousand: 15,
    most: MOST_RETRIED.fcm,
  },
  {
    name: 'iPhones without the app by now',
    phones: [{ provider: 'apns', prefix: 'deaddead' }],
    expected: { end: 'gone', phone: 'deleted' },
    perThousand: 10,
    most: MOST_DELETED,
  },
  {
    name: 'Androids without the app by now',
    phones: [{ provider: 'fcm', prefix: 'deaddead' }],
    expected: { end: 'gone', phone: 'deleted' },
    perThousand: 10,
    most: MOST_DELETED,
  },
  {
    name: 'iPhones with a wrong token',
    phones: [{ provider: 'apns', prefix: 'bad0bad0' }],
    expected: { end: 'suspect', phone: 'set aside' },
    perThousand: 10,
    most: MOST_DELETED,
  },
  {
    name: 'codes to iPhones, the answer is lost',
    phones: [{ provider: 'apns', prefix: 'fa11fa11' }],
    options: { category: ONCE_ONLY },
    expected: { end: 'dead', reason: 'may_have_arrived' },
    perThousand: 10,
    most: MOST_LETTERS,
  },
  {
    name: 'codes to Androids, the answer is lost',
    phones: [{ provider: 'fcm', prefix: 'e502e502' }],
    options: { category: ONCE_ONLY },
    expected: { end: 'dead', reason: 'may_have_arrived' },
    perThousand: 10,
    most: MOST_LETTERS,
  },
  {
    name: 'users without a phone',
    phones: [],
    expected: { end: 'undeliverable' },
    perThousand: 30,
    most: Infinity,
  },
  {
    name: 'iPhones, too large for Apple',
    phones: [{ provider: 'apns', prefix: 'e413e413' }],
    expected: { end: 'rejected' },
    perThousand: 10,
    most: Infinity,
  },
  {
    name: 'Androids, malformed for Google',
    phones: [{ provider: 'fcm', prefix: 'bad2bad2' }],
    expected: { end: 'rejected' },
    perThousand: 10,
    most: Infinity,
  },
  {
    name: `worth ${SHORT_LIFE} s, while Apple is down`,
    phones: [{ provider: 'apns', prefix: 'e503e503' }],
    options: { ttlSeconds: SHORT_LIFE },
    expected: { end: 'expired' },
    perThousand: 10,
    most: Infinity,
  },
];

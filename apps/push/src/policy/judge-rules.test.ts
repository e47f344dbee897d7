import { describe, expect, it } from '@jest/globals';
import {
  type Consent,
  policyDocument,
  type PolicyDocumentInput,
  type UserPreferencesInput,
} from '@signalbox/contracts';
import { judgeRules, type Question } from './judge-rules.js';
import { UNSAID, type UserStanding } from './user-standing.js';

const MORNING = Date.parse('2026-11-27T10:00:00Z');
const NIGHT = Date.parse('2026-11-27T02:00:00Z');
const AT_NIGHT = [{ start: '22:00', end: '08:00' }];

function judged(
  document: PolicyDocumentInput,
  user: Partial<UserPreferencesInput>,
  notification: Partial<Question['notification']> = {},
  now = MORNING,
): string {
  const verdict = judgeRules({
    policy: { version: 7, document: policyDocument.parse(document) },
    user: { ...UNSAID, ...user } as UserStanding,
    notification: { lane: 'bulk', category: 'news', expiresAt: '2026-11-29T00:00:00.000Z', ...notification },
    zone: 'UTC',
    now,
  });
  switch (verdict.verdict) {
    case 'send':
      return `send${verdict.quietly ? ' quietly' : ''}${verdict.askAgainAt === undefined ? '' : ` until ${new Date(verdict.askAgainAt).toISOString()}`}`;
    case 'refuse':
      return `${verdict.reason}: ${verdict.rule}`;
    case 'delay':
      return `${verdict.reason} until ${new Date(verdict.until).toISOString()}: ${verdict.rule}`;
  }
}

const choosing = (choices: Record<string, Consent>): Partial<UserPreferencesInput> => ({ choices });

describe('consent', () => {
  it.each([
    ['nobody said anything', {}, {}, 'send'],
    [
      'the user opted out of it',
      {},
      choosing({ news: 'out' }),
      'opted_out: policy v7: category news, the user opted out of it',
    ],
    [
      'the user opted out of everything',
      {},
      choosing({ '*': 'out' }),
      'opted_out: policy v7: category news, the user opted out of everything (*)',
    ],
    ['the user opted out of everything but this', {}, choosing({ '*': 'out', news: 'in' }), 'send'],
    [
      'only who opted in gets anything',
      { defaults: { consent: 'out' } },
      {},
      'not_opted_in: policy v7: category news, only for users who opted in',
    ],
    [
      'only who opted in gets it, and the user did',
      { categories: { news: { consent: 'out' } } },
      choosing({ news: 'in' }),
      'send',
    ],
    [
      'only who opted in gets it, and the user opted in to everything',
      { categories: { news: { consent: 'out' } } },
      choosing({ '*': 'in' }),
      'send',
    ],
    [
      'nobody opts out of it',
      { categories: { news: { mandatory: true } } },
      choosing({ news: 'out', '*': 'out' }),
      'send',
    ],
  ] as const)('%s', (_, document, user, expected) => {
    expect(judged(document, user)).toBe(expected);
  });

  it('is the default for what has no category', () => {
    const own = judged({ defaults: { consent: 'out' } }, choosing({ '*': 'in' }), { category: undefined });
    expect(own).toBe('send');
    expect(judged({}, choosing({ '*': 'out' }), { category: undefined })).toContain('policy v7: no category');
  });
});

describe('quiet hours', () => {
  const nightly = { defaults: { quietHours: AT_NIGHT } };
  const during = (quietHours: 'delay' | 'drop' | 'silent' | 'ignore') => ({
    ...nightly,
    categories: { news: { quietHours } },
  });
  const morning = '2026-11-27T08:00:00.000Z';

  it.each([
    [
      'delay bulk unless told',
      nightly,
      {},
      `quiet_hours until ${morning}: policy v7: category news, delayed in quiet hours 22:00-08:00`,
    ],
    [
      'delay',
      during('delay'),
      {},
      `quiet_hours until ${morning}: policy v7: category news, delayed in quiet hours 22:00-08:00`,
    ],
    ['drop', during('drop'), {}, 'quiet_hours: policy v7: category news, dropped in quiet hours 22:00-08:00'],
    ['silence', during('silent'), {}, 'send quietly'],
    ['are ignored', during('ignore'), {}, 'send'],
    ['are ignored by what is mandatory', { ...nightly, categories: { news: { mandatory: true } } }, {}, 'send'],
    [
      'are obeyed by what is mandatory, if it says so',
      { ...nightly, categories: { news: { mandatory: true, quietHours: 'silent' as const } } },
      {},
      'send quietly',
    ],
    ['of the user count instead', nightly, { quietHours: [] }, 'send'],
    [
      "are the user's",
      {},
      { quietHours: AT_NIGHT },
      `quiet_hours until ${morning}: policy v7: category news, delayed in the user's quiet hours`,
    ],
  ])('%s', (_, document, user, expected) => {
    expect(judged(document as PolicyDocumentInput, user, {}, NIGHT)).toBe(expected);
  });

  it('name the channel in which Android shows what is silent, and no channel that could not be one', () => {
    const named = {
      defaults: { ...nightly.defaults, quietChannelId: 'night' },
      categories: during('silent').categories,
    };
    const verdict = judgeRules({
      policy: { version: 7, document: policyDocument.parse(named) },
      user: UNSAID,
      notification: { lane: 'bulk', category: 'news', expiresAt: '2026-11-29T00:00:00.000Z' },
      ...{ zone: 'UTC', now: NIGHT },
    });
    expect(verdict).toMatchObject({ verdict: 'send', quietly: true, quietChannelId: 'night' });
    expect(policyDocument.safeParse({ defaults: { quietChannelId: 'at night' } }).success).toBe(false);
  });

  it('do not hold up what is transactional, nor what nobody sees or hears', () => {
    expect(judged(nightly, {}, { lane: 'transactional' }, NIGHT)).toBe('send');
    expect(judged(nightly, {}, { silent: true }, NIGHT)).toBe('send');
  });

  it('refuse what would expire before their end', () => {
    expect(judged(nightly, {}, { expiresAt: '2026-11-27T07:00:00.000Z' }, NIGHT)).toBe(
      'quiet_hours: policy v7: category news, it expires before the end of quiet hours 22:00-08:00',
    );
  });

  it('end what was allowed by day, as long as it lives till then', () => {
    expect(judged(nightly, {})).toBe('send until 2026-11-27T22:00:00.000Z');
    expect(judged(nightly, {}, { expiresAt: '2026-11-27T20:00:00.000Z' })).toBe('send');
  });
});

describe("a time on the user's own clock", () => {
  it('is waited for, and is over when it has passed', () => {
    const at = (local: string) => judged({}, {}, { sendAt: { local } });
    expect(at('2026-11-27T18:00')).toBe(
      "local_time until 2026-11-27T18:00:00.000Z: sendAt 2026-11-27T18:00 on the user's clock",
    );
    expect(at('2026-11-27T09:00')).toBe('send');
  });
});

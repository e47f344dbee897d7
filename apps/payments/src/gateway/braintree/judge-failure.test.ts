import { describe, expect, it } from '@jest/globals';
import { judgeFailure } from './judge-failure.js';

const thrown = (type: string): Error => Object.assign(new Error('x'), { type, name: type });

describe('what the SDK throws', () => {
  it.each([
    ['tooManyRequestsError', true, 'not_done', 'limited'],
    ['authenticationError', true, 'not_done', 'keys_refused'],
    ['authorizationError', true, 'not_done', 'keys_refused'],
    ['notFoundError', true, 'refused', 'not_found'],
    ['upgradeRequired', true, 'refused', 'upgrade_required'],
    ['invalidKeysError', false, 'refused', 'invalid_request'],
    ['serverError', true, 'unknown', 'status_500'],
    ['serviceUnavailableError', true, 'unknown', 'status_503'],
    ['gatewayTimeoutError', true, 'unknown', 'status_504'],
    ['requestTimeoutError', true, 'unknown', 'status_408'],
    ['unexpectedError', true, 'unknown', 'no_answer'],
    ['unexpectedError', false, 'not_done', 'no_connection'],
    ['somethingNew', true, 'unknown', 'no_answer'],
  ])('%s, reached: %s, is %s (%s)', (type, reached, kind, why) => {
    const judged = judgeFailure(thrown(type), reached);
    expect([judged.kind, 'reason' in judged ? judged.reason : judged.code]).toEqual([kind, why]);
  });

  it('that is no error of its own says nothing of what happened', () => {
    expect(judgeFailure(new TypeError('x is undefined'), true).kind).toBe('unknown');
    expect(judgeFailure(undefined, true).kind).toBe('unknown');
  });
});

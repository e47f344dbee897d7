import { describe, expect, it } from '@jest/globals';
import { shortAnswer } from './raw-answer.js';

const fcmError = (status: string, details: object[]): object => ({
  error: { code: 0, message: 'words', status, details },
});

describe("a provider's answer in short", () => {
  it.each([
    ['an accepted message', { kind: 'answered', status: 200, apnsId: 'x', jwtAgeMs: 3 }, '200'],
    ['a refusal of Apple', { kind: 'answered', status: 410, reason: 'Unregistered', timestamp: 1 }, '410 Unregistered'],
    [
      "a refusal of Google, by FCM's own code rather than the general one",
      { kind: 'answered', status: 404, ...fcmError('NOT_FOUND', [{ '@type': 'x', errorCode: 'UNREGISTERED' }]) },
      '404 UNREGISTERED',
    ],
    [
      'the field that Google objects to',
      {
        kind: 'answered',
        status: 400,
        ...fcmError('INVALID_ARGUMENT', [{ fieldViolations: [{ field: 'message.data[0].value', description: 'x' }] }]),
      },
      '400 INVALID_ARGUMENT (message.data[0].value)',
    ],
    ['a page of something in between', { kind: 'answered', status: 502, text: '<html>' }, '502 and a web page'],
    ['silence', { kind: 'unanswered', code: 'ETIMEDOUT' }, 'no answer (ETIMEDOUT)'],
    ['that nobody was asked', undefined, 'none recorded'],
    ['something that nobody foresaw', { status: 'odd' }, 'no answer'],
  ])('says %s', (_what, answer, short) => {
    expect(shortAnswer(answer)).toBe(short);
  });
});

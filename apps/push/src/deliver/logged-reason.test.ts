import { describe, expect, it } from '@jest/globals';
import { loggedReason } from './logged-reason.js';

describe('a reason in the log', () => {
  it.each([
    'Unregistered',
    'APNS_AUTH_ERROR',
    'status 503',
    'oauth: invalid_grant',
    'exception',
    'no answer (timeout)',
  ])('is a code, or words of ours: %s', (reason) => {
    expect(loggedReason(reason)).toBe(reason);
  });

  it.each([
    'ann@mail.example',
    'call 4915155590417',
    `the token ${'ab12'.repeat(16)} is not valid`,
    'a sentence, with a comma',
    'x'.repeat(65),
    '',
  ])('is no text of a stranger: %s', (reason) => {
    expect(loggedReason(reason)).toBe('other');
  });
});

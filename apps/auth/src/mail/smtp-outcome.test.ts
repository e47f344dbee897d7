import { describe, expect, it } from '@jest/globals';
import { outcomeOfFailure, type SmtpFailure } from './smtp-outcome.js';

describe('a mail that was not taken', () => {
  it.each<[string, SmtpFailure, string, string]>([
    ['nobody listens', { code: 'ESOCKET' }, 'later', 'ESOCKET'],
    ['nobody answers', { code: 'ETIMEDOUT', command: 'CONN' }, 'later', 'ETIMEDOUT'],
    ['the name is unknown', { code: 'EDNS' }, 'later', 'EDNS'],
    [
      'the server is full',
      { code: 'EPROTOCOL', command: 'CONN', responseCode: 421, permanent: false },
      'later',
      'smtp_421',
    ],
    [
      'it refuses our network',
      { code: 'EPROTOCOL', command: 'CONN', responseCode: 554, permanent: true },
      'later',
      'smtp_554',
    ],
    [
      'our password is wrong',
      { code: 'EAUTH', command: 'AUTH PLAIN', responseCode: 535, permanent: true },
      'later',
      'smtp_535',
    ],
    [
      'it does not like our address',
      { code: 'EENVELOPE', command: 'MAIL FROM', responseCode: 553, permanent: true },
      'later',
      'smtp_553',
    ],
    [
      'it is a greylist',
      { code: 'EENVELOPE', command: 'RCPT TO', responseCode: 451, permanent: false },
      'later',
      'smtp_451',
    ],
    [
      'there is no such mailbox',
      { code: 'EENVELOPE', command: 'RCPT TO', responseCode: 550, permanent: true },
      'refused',
      'smtp_550',
    ],
    [
      'it looks like spam',
      { code: 'EMESSAGE', command: 'DATA', responseCode: 554, permanent: true },
      'refused',
      'smtp_554',
    ],
    [
      'the only receiver is refused',
      {
        code: 'EENVELOPE',
        command: 'RCPT TO',
        rejectedErrors: [{ code: 'EENVELOPE', responseCode: 550, permanent: true }],
      },
      'refused',
      'smtp_550',
    ],
    ['nobody knows why', {}, 'later', 'unknown'],
  ])('because %s', (_why, failure, end, reason) => {
    expect(outcomeOfFailure(failure)).toEqual({ end, reason });
  });
});

import { expect, it } from '@jest/globals';
import { codesOf } from './answer-codes.js';

it('leaves numbers and codes of an answer, and none of its sentences', () => {
  const token = `11${'ab34'.repeat(16)}`;
  const answer = {
    status: 504,
    error: {
      status: 'INTERNAL',
      message: `The token ${token} is not valid for Ann`,
      details: [{ errorCode: 'UNREGISTERED' }],
    },
    body: token,
    phone: '4915155590417',
    retry: null,
  };
  expect(codesOf(answer)).toEqual({
    status: 504,
    error: { status: 'INTERNAL', message: '…', details: [{ errorCode: 'UNREGISTERED' }] },
    body: '…',
    phone: '…',
    retry: null,
  });
  expect(codesOf('Service unavailable, Ann')).toBe('…');
});

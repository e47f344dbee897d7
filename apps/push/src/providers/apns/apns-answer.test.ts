import { describe, expect, it } from '@jest/globals';
import { parseErrorBody } from './apns-answer.js';

describe('an error body', () => {
  it.each([
    ['{"reason":"Unregistered","timestamp":1700000000000}', { reason: 'Unregistered', timestamp: 1_700_000_000_000 }],
    ['{"reason":"Unregistered","timestamp":"1700000000000"}', { reason: 'Unregistered', timestamp: 1_700_000_000_000 }],
    ['{"reason":7,"timestamp":"yesterday"}', {}],
    ['{"reason":"BadDevice', {}],
    ['<html>502 Bad Gateway</html>', {}],
    ['null', {}],
    ['[]', {}],
    ['', {}],
  ])('%j reads as %j', (body, read) => {
    expect(parseErrorBody(body)).toEqual(read);
  });
});

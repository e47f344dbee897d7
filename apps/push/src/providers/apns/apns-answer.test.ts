import { describe, expect, it } from '@jest/globals';
import { parseErrorBody, parseRetryAfter } from './apns-answer.js';

const NOW = Date.parse('2026-03-01T12:00:00Z');

describe('Retry-After', () => {
  it.each([
    ['7', 7000],
    ['0', 0],
    ['Sun, 01 Mar 2026 12:00:30 GMT', 30_000],
    ['Sun, 01 Mar 2026 11:00:00 GMT', 0],
    ['999999999999', 3_600_000],
    ['soon', undefined],
    ['', undefined],
    ['-5', undefined],
  ])('%j is %j milliseconds', (header, ms) => {
    expect(parseRetryAfter(header, NOW)).toBe(ms);
  });
});

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

import { describe, expect, it } from '@jest/globals';
import { factsToSend, type SpanFacts } from './span-facts.js';

describe('what a span says', () => {
  it('is what is on the list', () => {
    const facts = {
      'http.route': '/v1/users/:userId',
      'signalbox.attempt': 2,
      'http.url': '/v1/users/ann',
    } as SpanFacts;
    expect(factsToSend(facts)).toEqual({ 'http.route': '/v1/users/:userId', 'signalbox.attempt': 2 });
  });

  it.each([
    'Ann Exemplary',
    'ann@mail.example',
    '+4915155501234',
    'x'.repeat(121),
    '',
    'the body of a push, as it was',
  ])('is a word: %s', (text) => {
    expect(factsToSend({ 'signalbox.reason': text })).toEqual({ 'signalbox.reason': 'other' });
  });

  it.each(['BadDeviceToken', 'push.route.transactional', '/webhooks/stripe/:source', '/oauth/*', 'ntf_01jd2'])(
    'may be %s',
    (word) => {
      expect(factsToSend({ 'signalbox.reason': word })).toEqual({ 'signalbox.reason': word });
    },
  );
});

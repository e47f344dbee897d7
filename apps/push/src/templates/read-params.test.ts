import { expect, it } from '@jest/globals';
import { templateDocument } from '@signalbox/contracts';
import { paramProblems } from './read-params.js';

const { parameters } = templateDocument.parse({
  parameters: {
    name: { type: 'string', maxLength: 3 },
    count: { type: 'integer', required: false },
    rate: { type: 'number', required: false },
    at: { type: 'date', required: false },
    total: { type: 'money', required: false },
    state: { type: 'enum', values: ['open', 'shut'], required: false },
  },
  defaultLocale: 'en',
  locales: { en: { body: 'x' } },
});
const NAMED = { name: 'Ann' };

it.each([
  { ...NAMED, count: -3, rate: 0.5, state: 'open' },
  { name: '😀😀😀', at: '2026-12-24T18:00:00+01:00', total: { amount: -5, currency: 'eur' } },
])('parameters that fit are taken: %j', (given) => {
  expect(paramProblems(parameters, given, '/params')).toEqual([]);
});

it.each([
  [{}, '/params/name', 'is required'],
  [{ name: 'Anna' }, '/params/name', 'must have at most 3 characters'],
  [{ name: 7 }, '/params/name', 'must be text'],
  [
    { ...NAMED, nme: 'x' },
    '/params/nme',
    'is no parameter of this template; there are name, count, rate, at, total, state',
  ],
  [{ ...NAMED, toString: 'x' }, '/params/toString', 'is no parameter'],
  [{ ...NAMED, count: 1.5 }, '/params/count', 'must be a whole number'],
  [{ ...NAMED, count: '1' }, '/params/count', 'must be a whole number'],
  [{ ...NAMED, rate: '1' }, '/params/rate', 'must be a number'],
  [{ ...NAMED, at: '2026-12-24' }, '/params/at', 'must be a moment in RFC 3339'],
  [{ ...NAMED, at: '2026-13-24T18:00:00Z' }, '/params/at', 'must be a moment in RFC 3339'],
  [{ ...NAMED, total: { amount: 1.5, currency: 'EUR' } }, '/params/total', 'must be {amount, currency}'],
  [{ ...NAMED, total: 12.5 }, '/params/total', 'must be {amount, currency}'],
  [{ ...NAMED, state: 'ajar' }, '/params/state', 'must be one of open, shut'],
])('%j are refused by name', (given, pointer, reason) => {
  expect(paramProblems(parameters, given, '/params')).toEqual([{ pointer, reason: expect.stringContaining(reason) }]);
});

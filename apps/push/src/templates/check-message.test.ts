import { describe, expect, it } from '@jest/globals';
import { templateDocument } from '@signalbox/contracts';
import { messageProblems } from './check-message.js';

const { parameters } = templateDocument.parse({
  parameters: {
    name: { type: 'string' },
    nick: { type: 'string', required: false },
    count: { type: 'integer' },
    rate: { type: 'number' },
    due: { type: 'date' },
    paidAt: { type: 'date', required: false },
    total: { type: 'money' },
    state: { type: 'enum', values: ['open', 'shut'] },
    maybe: { type: 'enum', values: ['open', 'shut'], required: false },
  },
  defaultLocale: 'en',
  locales: { en: { body: 'x' } },
});

const problems = (text: string): string[] => messageProblems(text, 'de', parameters);

describe('a message', () => {
  it.each([
    'Hi {name}, {count, plural, =0 {nothing} one {# thing} other {# things}} at {rate, number, percent}',
    '{count} {count, number} {rate, number, ::.00} {count, selectordinal, one {#st} other {#th}}',
    '{due, date, long} {due, time, short} {due, date, day} {due, date, moment} {due, date, ::yMMMdjm}',
    '{total} {state} {state, select, open {auf} other {zu}}',
    '{nick, select, none {you} other {{nick}}} {paidAt, select, none {} other {{paidAt, date, short}}}',
    '{maybe, select, none {?} open {{maybe}} other {{maybe}}} {maybe, select, open {auf} other {-}}',
    "a <b>tag</b> is text, '{so}' is this, and it's fine \u202e مرحبا 😀",
  ])('can be written to everybody: %s', (text) => {
    expect(problems(text)).toEqual([]);
  });

  it.each([
    ['{nam}', 'line 1, column 1: {nam} is none of the parameters'],
    ['{constructor}', 'line 1, column 1: {constructor} is none of the parameters'],
    ['Hi\n{name', 'line 2, column 1: expect argument closing brace'],
    ['{count, plural, one {a}}', 'has no form called other'],
    ['{count, plural, some {a} other {b}}', 'some is no plural form'],
    ['{count, plural, one {{nope}} other {b}}', '{nope} is none of the parameters'],
    ['{total, number}', '{total} is of type money: write {total}, and not as number'],
    ['{due}', '{due} is of type date: write {due, date, long} or {due, time, short}, and not as argument'],
    ['{name, plural, other {x}}', '{name} is of type string'],
    ['{due, date, huge}', 'huge is no style of dates; there are short, medium, long, full, day, moment'],
    ['{rate, number, currency}', 'currency is no style of numbers'],
    ['{rate, number, ::currency/EURO}', 'line 1, column 1: '],
    ['{due, date, ::YYYY}', 'patterns are not supported'],
    ['{nick}', '{nick} may be missing: put what has it into {nick, select, none {…} other {…}}'],
    ['{nick, select, none {{nick}} other {x}}', '{nick} may be missing'],
    ['{nick, select, bob {x} other {y}}', 'bob cannot be what {nick} is, which is one of other, none'],
    ['{paidAt, date, long}', '{paidAt} may be missing'],
    ['{maybe, select, open {a} other {{maybe}}}', '{maybe} may be missing'],
    ['{state, select, none {a} other {b}}', 'none cannot be what {state} is, which is one of open, shut, other'],
  ])('%j is refused, with its place and what to do', (text, problem) => {
    expect(problems(text)).toEqual([expect.stringContaining(problem)]);
  });
});

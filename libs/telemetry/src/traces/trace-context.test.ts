import { describe, expect, it } from '@jest/globals';
import { readTraceparent, traceIdOf, writeTraceparent } from './trace-context.js';

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const SPAN = '00f067aa0ba902b7';

describe('a traceparent', () => {
  it.each([
    [`00-${TRACE}-${SPAN}-01`, true],
    [`00-${TRACE}-${SPAN}-00`, false],
    // Another flag besides, and a version that knows more.
    [`00-${TRACE}-${SPAN}-03`, true],
    [`cc-${TRACE}-${SPAN}-01-what.comes`, true],
  ])('%s is read', (text, sampled) => {
    expect(readTraceparent(text)).toEqual({ traceId: TRACE, spanId: SPAN, sampled });
  });

  it.each([
    ['nothing', ''],
    ['letters in capitals', `00-${TRACE.toUpperCase()}-${SPAN}-01`],
    ['a trace of zeros', `00-${'0'.repeat(32)}-${SPAN}-01`],
    ['a span of zeros', `00-${TRACE}-${'0'.repeat(16)}-01`],
    ['the version that is none', `ff-${TRACE}-${SPAN}-01`],
    ['more than version 00 has', `00-${TRACE}-${SPAN}-01-more`],
    ['two of them', `00-${TRACE}-${SPAN}-01, 00-${TRACE}-${SPAN}-01`],
    ['something before it', ` 00-${TRACE}-${SPAN}-01`],
    ['a line behind it', `00-${TRACE}-${SPAN}-01\n`],
  ])('is none: %s', (_what, text) => {
    expect(readTraceparent(text)).toBeUndefined();
  });

  it('is written as it was read, and names its trace', () => {
    const text = `00-${TRACE}-${SPAN}-01`;
    expect(writeTraceparent(readTraceparent(text)!)).toBe(text);
    expect(traceIdOf(text)).toBe(TRACE);
    expect(traceIdOf(undefined)).toBeUndefined();
  });
});

import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { PALETTES } from '../document/palette.js';
import { type Colour, contrast, READABLE, standingOut, textOn, VISIBLE } from './colour.js';

const anyColour = fc
  .integer({ min: 0, max: 0xff_ff_ff })
  .map((value): Colour => `#${value.toString(16).padStart(6, '0')}`);

describe('colours', () => {
  it('stand apart as WCAG counts it', () => {
    expect(contrast('#000000', '#ffffff')).toBeCloseTo(21, 5);
    expect(contrast('#777777', '#ffffff')).toBeCloseTo(4.48, 2);
    expect(contrast('#1f6feb', '#1f6feb')).toBe(1);
  });

  it('that an app chooses always carry readable text, and always stand out where they are text', () => {
    fc.assert(
      fc.property(anyColour, (accent) => {
        expect(contrast(textOn(accent), accent)).toBeGreaterThanOrEqual(READABLE);
        for (const { ground, card } of Object.values(PALETTES)) {
          for (const below of [ground, card]) {
            expect(contrast(standingOut(accent, below, READABLE), below)).toBeGreaterThanOrEqual(READABLE);
          }
        }
      }),
    );
  });

  it('are left as they are where they stand out already', () => {
    expect(standingOut('#0f766e', '#ffffff', READABLE)).toBe('#0f766e');
  });

  it.each(Object.entries(PALETTES))('of our own can be read: %s', (_scheme, palette) => {
    const { ground, card, ink, quiet, edge, bad, badGround, good, goodGround } = palette;
    for (const below of [ground, card]) {
      for (const text of [ink, quiet, bad]) expect([text, contrast(text, below) >= READABLE]).toEqual([text, true]);
      expect(contrast(edge, below)).toBeGreaterThanOrEqual(VISIBLE);
    }
    expect(contrast(ink, badGround)).toBeGreaterThanOrEqual(READABLE);
    expect(contrast(ink, goodGround)).toBeGreaterThanOrEqual(READABLE);
    expect(contrast(bad, badGround)).toBeGreaterThanOrEqual(VISIBLE);
    expect(contrast(good, goodGround)).toBeGreaterThanOrEqual(VISIBLE);
  });
});

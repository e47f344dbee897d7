import { describe, expect, it } from '@jest/globals';
import decodeQR from 'qr/decode.js';
import { qrCode } from './qr-code.js';

/** Draws a picture of one path of runs, `M<x> <y>h<length>v1h-<length>z`, as pixels. */
function pixelsOf(svg: string): { width: number; height: number; data: Uint8Array } {
  const side = Number(/viewBox="0 0 (\d+) /.exec(svg)![1]);
  const scale = 4;
  const width = side * scale;
  const data = new Uint8Array(width * width * 3).fill(255);
  for (const [, x, y, length] of svg.matchAll(/M(\d+) (\d+)h(\d+)v1/g)) {
    for (let row = Number(y) * scale; row < (Number(y) + 1) * scale; row += 1) {
      const start = (row * width + Number(x) * scale) * 3;
      data.fill(0, start, start + Number(length) * scale * 3);
    }
  }
  return { width, height: width, data };
}

describe('a QR code', () => {
  it.each([
    'otpauth://totp/Shop:ann%40example.com?secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP&issuer=Shop',
    `otpauth://totp/${'K%C3%A4se'.repeat(20)}?secret=JBSWY3DPEHPK3PXP`,
  ])('is read as what was written: %s', (text) => {
    expect(decodeQR(pixelsOf(qrCode(text, 'a code').text))).toBe(text);
  });

  it('says what it is to those who do not see it', () => {
    expect(qrCode('x', 'a "code"').text).toContain('role="img"\n    aria-label="a &quot;code&quot;"');
  });
});

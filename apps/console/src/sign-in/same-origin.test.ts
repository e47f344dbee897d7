import { describe, expect, it } from '@jest/globals';
import { isSameOrigin } from './same-origin.js';

const host = 'console.example:4000';

describe('a changing request', () => {
  it('is believed to be ours when the browser says so', () => {
    expect(isSameOrigin({ host, 'sec-fetch-site': 'same-origin' })).toBe(true);
    expect(isSameOrigin({ host, origin: 'http://console.example:4000' })).toBe(true);
    expect(isSameOrigin({ host, origin: 'https://console.example:4000' })).toBe(true);
  });

  it('is refused when another site started it, or when nobody says who did', () => {
    expect(isSameOrigin({ host })).toBe(false);
    expect(isSameOrigin({ host, origin: 'null' })).toBe(false);
    expect(isSameOrigin({ host, origin: 'http://console.example:4001' })).toBe(false);
    expect(isSameOrigin({ host, origin: 'http://evil.example' })).toBe(false);
    for (const site of ['cross-site', 'same-site', 'none']) {
      expect(isSameOrigin({ host, 'sec-fetch-site': site, origin: 'http://console.example:4000' })).toBe(false);
    }
  });
});

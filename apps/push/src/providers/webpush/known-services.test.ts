import { describe, expect, it } from '@jest/globals';
import { isKnownService } from './known-services.js';

const SANDBOX = 'https://127.0.0.1:4443';
const isKnown = (url: string): boolean => isKnownService(new URL(url), SANDBOX);

describe('the push services that browsers have', () => {
  it.each([
    'https://fcm.googleapis.com/fcm/send/x',
    'https://fcm.googleapis.com:443/fcm/send/x',
    'https://updates.push.services.mozilla.com/wpush/v2/x',
    'https://web.push.apple.com/x',
    'https://db5p.notify.windows.com/w/?token=x',
    `${SANDBOX}/push/x`,
  ])('%s is known', (url) => expect(isKnown(url)).toBe(true));

  it.each([
    'https://fcm.googleapis.com:8443/x',
    'https://web.push.apple.com:2197/x',
    'https://fcm.googleapis.com.example/x',
    'https://notfcm.googleapis.com/x',
    'https://notify.windows.com.example/x',
    'https://127.0.0.1:4444/push/x',
  ])('%s is a stranger’s', (url) => expect(isKnown(url)).toBe(false));
});

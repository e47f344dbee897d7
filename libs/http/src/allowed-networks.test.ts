import { describe, expect, it } from '@jest/globals';
import { AllowedNetworks, readNetwork } from './allowed-networks.js';

const office = new AllowedNetworks(['203.0.113.0/28', '198.51.100.7/32', '2001:db8:7::/48']);

describe('networks that a key may be used from', () => {
  it.each([
    '203.0.113.0',
    '203.0.113.15',
    '198.51.100.7',
    '::ffff:203.0.113.7',
    '::ffff:cb00:7107',
    '2001:db8:7::1',
    '2001:0DB8:0007:ffff::',
    '2001:db8:7::1%eth0',
  ])('check 32: contain %s', (ip) => {
    expect(office.has(ip)).toBe(true);
  });

  it.each(['203.0.113.16', '198.51.100.8', '::ffff:203.0.113.16', '2001:db8:8::', '::1', '127.0.0.1', '', 'unknown'])(
    'check 32: do not contain %j',
    (ip) => {
      expect(office.has(ip)).toBe(false);
    },
  );

  it.each(['0.0.0.0/0', '10.0.0.0/8', '203.0.113.7/32', '::/0', '2001:DB8::/32', 'fe80::/10'])('%s is one', (text) => {
    expect(readNetwork(text)).toBeDefined();
  });

  it.each([
    '203.0.113.7',
    '203.0.113.0/33',
    '203.0.113/24',
    '2001:db8::/129',
    '2001:db8::',
    '::ffff:203.0.113.0/120',
    'fe80::%eth0/64',
    '10.0.0.0/',
    '10.0.0.0/-1',
    ' 10.0.0.0/8',
    'localhost/8',
  ])('%j is none, and lets nobody in', (text) => {
    expect(readNetwork(text)).toBeUndefined();
    expect(new AllowedNetworks([text]).has('203.0.113.7')).toBe(false);
  });
});

import { BlockList, isIP } from 'node:net';

/**
 * What an address is to us: `public`, the internet; `private`, this machine or its network, which an operator may open
 * to apps in test mode; `forbidden`, never a webhook's address (link-local with the clouds' metadata, multicast, reserved,
 * and all that carries an IPv4 address inside an IPv6 one: mapped, NAT64, 6to4, Teredo).
 */
export type AddressKind = 'public' | 'private' | 'forbidden';

/** IPv4 by exclusion: IANA IPv4 Special-Purpose Address Registry, and multicast. */
const PRIVATE_V4 = ['10.0.0.0/8', '127.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16'];
const FORBIDDEN_V4 = [
  '0.0.0.0/8',
  '100.64.0.0/10',
  '169.254.0.0/16',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.88.99.0/24',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/4',
  '240.0.0.0/4',
];

/** IPv6 by inclusion: global unicast (RFC 4291) without its special parts (IANA IPv6 Special-Purpose Address Registry). */
const PRIVATE_V6 = ['::1/128', 'fc00::/7'];
const GLOBAL_V6 = ['2000::/3'];
const SPECIAL_V6 = ['2001::/23', '2001:db8::/32', '2002::/16', '3fff::/20'];

const lists = {
  private: blockList(PRIVATE_V4, PRIVATE_V6),
  forbidden: blockList(FORBIDDEN_V4, SPECIAL_V6),
  global: blockList([], GLOBAL_V6),
};

/** Anything that is not an IP address in its usual form is forbidden: only addresses are dialled. */
export function kindOfAddress(address: string): AddressKind {
  const version = isIP(address);
  if (version === 0) return 'forbidden';
  const family = version === 4 ? 'ipv4' : 'ipv6';
  // Node finds ::ffff:10.0.0.1 in IPv4 ranges, too; here it is forbidden before any of them is asked.
  if (version === 6 && !lists.global.check(address, family)) {
    return isPlainPrivateV6(address) ? 'private' : 'forbidden';
  }
  if (lists.forbidden.check(address, family)) return 'forbidden';
  return lists.private.check(address, family) ? 'private' : 'public';
}

function isPlainPrivateV6(address: string): boolean {
  return !address.includes('.') && !mappedV4.check(address, 'ipv6') && lists.private.check(address, 'ipv6');
}

const mappedV4 = blockList([], ['::ffff:0:0/96']);

function blockList(v4: readonly string[], v6: readonly string[]): BlockList {
  const list = new BlockList();
  for (const [ranges, family] of [
    [v4, 'ipv4'],
    [v6, 'ipv6'],
  ] as const) {
    for (const range of ranges) {
      const [net = '', prefix] = range.split('/');
      list.addSubnet(net, Number(prefix), family);
    }
  }
  return list;
}

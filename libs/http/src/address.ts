import { isIPv6 } from 'node:net';

/** An address as rules are written for it: an IPv4 address in IPv6 clothes is the IPv4 address, and no zone is named. */
export function plainAddress(ip: string): string {
  const bare = ip.split('%', 1)[0]!;
  return bare.startsWith('::ffff:') && bare.includes('.') ? bare.slice(7) : bare;
}

/** The network of an address, `203.0.113.0/24` or `2001:db8:1::/48`: what one household, office or phone network shares. */
export function prefixOf(ip: string): string {
  const plain = plainAddress(ip);
  if (!isIPv6(plain)) return `${plain.split('.').slice(0, 3).join('.')}.0/24`;
  const [head = '', tail] = plain.split('::');
  const front = head === '' ? [] : head.split(':');
  const back = tail === undefined || tail === '' ? [] : tail.split(':');
  const groups =
    tail === undefined
      ? front
      : [...front, ...Array.from({ length: 8 - front.length - back.length }, () => '0'), ...back];
  return `${groups
    .slice(0, 3)
    .map((group) => Number.parseInt(group || '0', 16).toString(16))
    .join(':')}::/48`;
}

import { type Address, parseAddress } from './address.js';

/** `private`: inside somebody's own network, and in no country. */
export type NetworkKind = 'ipv4' | 'ipv6' | 'private';

/** Ranges that are in no country (RFC 6890), carriers' NAT (RFC 6598) among them: first address, and bits that count. */
const PRIVATE_V4 = (
  [
    ['0.0.0.0', 8],
    ['10.0.0.0', 8],
    ['100.64.0.0', 10],
    ['127.0.0.0', 8],
    ['169.254.0.0', 16],
    ['172.16.0.0', 12],
    ['192.168.0.0', 16],
    ['198.18.0.0', 15],
    ['224.0.0.0', 3],
  ] as const
).map(([first, bits]) => ({ first: Number(parseAddress(first)!.value), size: 2 ** (32 - bits) }));

/** What may be said of an address in a fact that anybody reads; undefined for what is none. */
export function networkKind(ip: string): NetworkKind | undefined {
  const address = parseAddress(ip);
  if (address === undefined) return undefined;
  return isPrivate(address) ? 'private' : `ipv${address.version}`;
}

function isPrivate(address: Address): boolean {
  if (address.version === 4) {
    return PRIVATE_V4.some(({ first, size }) => address.value >= first && address.value < first + size);
  }
  // Global unicast is 2000::/3; everything else is loopback, local or not in use.
  return address.value >> 61n !== 1n;
}

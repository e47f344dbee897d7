import { isIPv4, isIPv6 } from 'node:net';

/** An address as far as networks are told apart: all of an IPv4 address, the first half of an IPv6 one. */
export type Address = { readonly version: 4; readonly value: number } | { readonly version: 6; readonly value: bigint };

/** Reads an address as a socket or a proxy gives it; undefined for anything else. An IPv4 address in IPv6 clothes is one of IPv4. */
export function parseAddress(text: string): Address | undefined {
  if (isIPv4(text)) return { version: 4, value: parseV4(text) };
  const bare = text.split('%', 1)[0]!;
  if (!isIPv6(bare)) return undefined;
  const groups = groupsOf(bare);
  if (groups.slice(0, 5).every((group) => group === 0) && groups[5] === 0xffff) {
    return { version: 4, value: groups[6]! * 0x1_0000 + groups[7]! };
  }
  return { version: 6, value: groups.slice(0, 4).reduce((value, group) => (value << 16n) | BigInt(group), 0n) };
}

function parseV4(text: string): number {
  return text.split('.').reduce((value, part) => value * 256 + Number(part), 0);
}

/** The eight groups of an IPv6 address that isIPv6() has checked. */
function groupsOf(text: string): number[] {
  const [head, tail] = text.split('::') as [string, string | undefined];
  const front = readGroups(head);
  if (tail === undefined) return front;
  const back = readGroups(tail);
  return [...front, ...Array.from({ length: 8 - front.length - back.length }, () => 0), ...back];
}

function readGroups(text: string): number[] {
  if (text === '') return [];
  return text.split(':').flatMap((group) => {
    if (!group.includes('.')) return [Number.parseInt(group, 16)];
    const v4 = parseV4(group);
    return [Math.floor(v4 / 0x1_0000), v4 % 0x1_0000];
  });
}

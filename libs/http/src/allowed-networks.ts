import { BlockList, isIPv4, isIPv6 } from 'node:net';
import { plainAddress } from './address.js';

interface Network {
  readonly address: string;
  readonly length: number;
  readonly family: 'ipv4' | 'ipv6';
}

/** Reads `203.0.113.0/24` or `2001:db8::/32`; undefined for anything else, an IPv4 network in IPv6 clothes included. */
export function readNetwork(text: string): Network | undefined {
  const [, address = '', digits = ''] = /^([\d.]+|[\da-fA-F:]+)\/(\d{1,3})$/.exec(text) ?? [];
  const length = Number(digits);
  if (isIPv4(address)) return length <= 32 ? { address, length, family: 'ipv4' } : undefined;
  return isIPv6(address) && length <= 128 ? { address, length, family: 'ipv6' } : undefined;
}

/** Networks that somebody may come from. */
export class AllowedNetworks {
  private readonly list = new BlockList();

  /** @param networks as `readNetwork` reads them; what it does not read lets nobody in. */
  constructor(networks: readonly string[]) {
    for (const each of networks) {
      const network = readNetwork(each);
      if (network !== undefined) this.list.addSubnet(network.address, network.length, network.family);
    }
  }

  /** @param ip as a socket or a trusted proxy gives it. */
  has(ip: string): boolean {
    const address = plainAddress(ip);
    if (isIPv4(address)) return this.list.check(address, 'ipv4');
    return isIPv6(address) && this.list.check(address, 'ipv6');
  }
}

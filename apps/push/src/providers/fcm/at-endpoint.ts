import { isIP } from 'node:net';
import type { FcmCredential } from '@signalbox/credentials';

/**
 * Where to connect for a credential with an `endpoint`, whatever address a request names, and the CA to check there;
 * nothing for Google itself.
 */
export function atEndpoint(
  endpoint: FcmCredential['endpoint'],
): { host: string; port: number; servername: string; ca: string } | undefined {
  if (!endpoint) return undefined;
  const { hostname, port } = new URL(endpoint.origin);
  const host = hostname.replace(/^\[|\]$/g, '');
  return { host, port: Number(port || 443), servername: isIP(host) === 0 ? host : '', ca: endpoint.ca };
}

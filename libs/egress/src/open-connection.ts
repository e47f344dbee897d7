import { once } from 'node:events';
import { connect, isIP, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { kindOfAddress } from './address-rules.js';
import { EgressFailed } from './egress-failed.js';
import type { Resolve } from './resolve.js';
import { mayReach, type EgressPolicy, type Target } from './target.js';

/** Begins a connection to an address that was checked. */
export type Dial = (address: string, port: number) => Socket;

export const dialDirectly: Dial = (address, port) => connect({ host: address, port });

/** Addresses of one name that are tried, and the milliseconds that each but the last may take. */
const MOST_ADDRESSES = 4;
const ONE_ADDRESS_MS = 2_000;

export interface Ways {
  readonly resolve: Resolve;
  readonly dial: Dial;
}

/**
 * Connects to a target. A name is resolved once, every address it has is checked, and the very addresses that were checked
 * are dialled: there is no second look-up that could answer otherwise. The peer is checked once more when connected, before
 * a byte is sent. `signal` is the deadline of all of it.
 *
 * @throws EgressFailed
 */
export async function openConnection(
  target: Target,
  policy: EgressPolicy,
  signal: AbortSignal,
  { resolve, dial }: Ways,
): Promise<Socket> {
  const addresses = await addressesOf(target.host, resolve, signal);
  if (addresses.some((address) => !mayReach(kindOfAddress(address), policy))) throw new EgressFailed('target_refused');
  const socket = await dialOneOf(addresses.slice(0, MOST_ADDRESSES), target.port, signal, dial);
  if (!mayReach(kindOfAddress(socket.remoteAddress ?? ''), policy)) {
    socket.destroy();
    throw new EgressFailed('target_refused');
  }
  return target.secure ? secured(socket, target.host, policy.ca, signal) : socket;
}

async function addressesOf(host: string, resolve: Resolve, signal: AbortSignal): Promise<readonly string[]> {
  if (isIP(host) !== 0) return [host];
  try {
    const addresses = await Promise.race([resolve(host), aborted(signal)]);
    if (addresses.length > 0) return addresses;
  } catch (error) {
    throw new EgressFailed(signal.aborted ? 'timeout' : 'name_not_resolved', error);
  }
  throw new EgressFailed('name_not_resolved');
}

async function dialOneOf(addresses: readonly string[], port: number, signal: AbortSignal, dial: Dial): Promise<Socket> {
  let failure: unknown;
  for (const [place, address] of addresses.entries()) {
    const isLast = place === addresses.length - 1;
    const patience = isLast ? signal : AbortSignal.any([signal, AbortSignal.timeout(ONE_ADDRESS_MS)]);
    const socket = quiet(dial(address, port));
    try {
      await once(socket, 'connect', { signal: patience });
      return socket;
    } catch (error) {
      socket.destroy();
      failure = error;
    }
    if (signal.aborted) break;
  }
  throw new EgressFailed(signal.aborted ? 'timeout' : 'connection_failed', failure);
}

/** The certificate is checked for the name of the URL, whatever address it led to. */
async function secured(socket: Socket, host: string, ca: string | undefined, signal: AbortSignal): Promise<Socket> {
  // A server name must not be an address (RFC 6066 section 3); the certificate of an address is checked all the same.
  const name = isIP(host) === 0 ? { servername: host } : { host };
  const tls = quiet(connectTls({ socket, ...name, ...(ca !== undefined && { ca }), ALPNProtocols: ['http/1.1'] }));
  try {
    await once(tls, 'secureConnect', { signal });
    return tls;
  } catch (error) {
    tls.destroy();
    throw new EgressFailed(signal.aborted ? 'timeout' : 'tls_failed', error);
  }
}

/** Errors that come while nobody listens must not end the process; whoever uses the socket hears of its close. */
function quiet<Connection extends Socket>(socket: Connection): Connection {
  socket.on('error', () => undefined);
  return socket;
}

async function aborted(signal: AbortSignal): Promise<never> {
  if (!signal.aborted) await once(signal, 'abort');
  throw new EgressFailed('timeout');
}

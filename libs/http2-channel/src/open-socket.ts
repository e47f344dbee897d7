import { connect as connectTcp, isIP, type LookupFunction, type Socket } from 'node:net';
import { connect as connectTls, TLSSocket } from 'node:tls';

/** Idle connections are probed by the kernel, which keeps middleboxes from forgetting them. */
const KEEP_ALIVE_MS = 60_000;

/** Begins to connect to an origin, with TLS and ALPN for `https:`. */
export function openSocket(origin: URL, ca: string | undefined, lookup: LookupFunction | undefined): Socket {
  const isTls = origin.protocol === 'https:';
  const host = origin.hostname.replace(/^\[|\]$/g, '');
  const port = Number(origin.port || (isTls ? 443 : 80));
  const place = { host, port, ...(lookup !== undefined && { lookup }) };
  const socket = isTls
    ? connectTls({
        ...place,
        ALPNProtocols: ['h2'],
        ...(isIP(host) === 0 && { servername: host }),
        ...(ca !== undefined && { ca }),
      })
    : connectTcp(place);
  return socket.setKeepAlive(true, KEEP_ALIVE_MS);
}

/** Calls back when HTTP/2 may be spoken on the socket: with TLS, after the certificate was checked. */
export function onceUp(socket: Socket, up: () => void): void {
  socket.once(socket instanceof TLSSocket ? 'secureConnect' : 'connect', up);
}

/** Whether the other side agreed to speak HTTP/2; without TLS nobody asks. */
export function speaksHttp2(socket: Socket): boolean {
  return !(socket instanceof TLSSocket) || socket.alpnProtocol === 'h2';
}

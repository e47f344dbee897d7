import type { Http2SecureServer } from 'node:http2';
import type { AddressInfo } from 'node:net';

/** Node's guard against clients that reset many streams would cut off a sender whose own deadline runs out under load. */
export const NO_RESET_LIMIT = { streamResetBurst: 1_000_000, streamResetRate: 1_000_000 };
export const SESSION_MEMORY_MB = 256;

/** Answers the port in use. */
export function listen(server: Http2SecureServer, port: number, host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve(portInUse(server.address(), port));
    });
  });
}

/** The port behind `listen(0)`. */
export function portInUse(address: AddressInfo | string | null | undefined, asked: number): number {
  return typeof address === 'object' && address !== null ? address.port : asked;
}

import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';
import { PortTaken } from './errors.js';

/**
 * Where free ports are looked for: below the range from which operating systems take the ports of outgoing connections
 * (Linux from 32768, macOS from 49152). One of those would be free now and taken by somebody's connection a moment later.
 */
const LOWEST = 15_000;
const HIGHEST = 32_000;
const TRIES = 50;

/** Learns whether `port` is free on 127.0.0.1 (0: finds one that is) by listening for a moment. @throws PortTaken */
export async function freePort(port: number): Promise<number> {
  if (port !== 0) return listenOnce(port);
  for (let tries = 1; ; tries += 1) {
    try {
      return await listenOnce(randomInt(LOWEST, HIGHEST));
    } catch (error) {
      if (!(error instanceof PortTaken) || tries === TRIES) throw error;
    }
  }
}

async function listenOnce(port: number): Promise<number> {
  const server = createServer();
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) =>
      reject(error.code === 'EADDRINUSE' ? new PortTaken(port) : error),
    );
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => {
      server.close(() => resolve(port));
    });
  });
}

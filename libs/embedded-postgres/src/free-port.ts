import { createServer } from 'node:net';
import { PortTaken } from './errors.js';

/** Listens for a moment on 127.0.0.1, to learn whether `port` is free (0: whichever is), and returns it. @throws PortTaken */
export async function freePort(port: number): Promise<number> {
  const server = createServer();
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) =>
      reject(error.code === 'EADDRINUSE' ? new PortTaken(port) : error),
    );
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : port));
    });
  });
}

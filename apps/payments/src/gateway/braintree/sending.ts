import { AsyncLocalStorage } from 'node:async_hooks';
import { Agent as HttpAgent, type ClientRequest } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import type { Duplex } from 'node:stream';

/** How far a call got on the wire: the SDK tells of a refused connection and of one that broke half way in the same words. */
export class Sending {
  /** Somebody took the connection, so that bytes of the request may have arrived. */
  reached = false;
  private socket: Duplex | undefined;

  on(socket: Duplex): void {
    this.socket = socket;
  }

  /** Ends the connection: what had not left by now never leaves. */
  cut(): void {
    this.socket?.destroy();
  }
}

const sendings = new AsyncLocalStorage<Sending>();

/** Makes a call of the SDK's and watches its connections, which have to be those of `watchedAgent`. */
export function watch<Result>(sending: Sending, call: () => Promise<Result>): Promise<Result> {
  return sendings.run(sending, call);
}

/** Connections that are kept, each known to the call that it carries. */
export function watchedAgent(protocol: 'http' | 'https'): HttpAgent {
  return protocol === 'http' ? new WatchedHttpAgent({ keepAlive: true }) : new WatchedHttpsAgent({ keepAlive: true });
}

class WatchedHttpAgent extends HttpAgent {
  override createConnection(
    ...args: Parameters<HttpAgent['createConnection']>
  ): ReturnType<HttpAgent['createConnection']> {
    return made(super.createConnection(...args), 'connect');
  }

  override reuseSocket(socket: Duplex, request: ClientRequest): void {
    reused(socket);
    super.reuseSocket(socket, request);
  }
}

class WatchedHttpsAgent extends HttpsAgent {
  override createConnection(
    ...args: Parameters<HttpsAgent['createConnection']>
  ): ReturnType<HttpsAgent['createConnection']> {
    // Nothing of a request leaves before both sides have agreed on a cipher.
    return made(super.createConnection(...args), 'secureConnect');
  }

  override reuseSocket(socket: Duplex, request: ClientRequest): void {
    reused(socket);
    super.reuseSocket(socket, request);
  }
}

function made(socket: Duplex | null | undefined, reachedOn: string): Duplex | null | undefined {
  const sending = sendings.getStore();
  if (sending === undefined || socket === null || socket === undefined) return socket;
  sending.on(socket);
  socket.once(reachedOn, () => (sending.reached = true));
  return socket;
}

function reused(socket: Duplex): void {
  const sending = sendings.getStore();
  if (sending === undefined) return;
  sending.on(socket);
  sending.reached = true;
}

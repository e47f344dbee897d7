import type { Server, ServerResponse } from 'node:http';
import { setTimeout as lasting } from 'node:timers/promises';

/**
 * Between the wish to stop and the end of the listener. A connection that is kept alive can be given up by the server only with an answer:
 * `Connection: close`. Cutting one that seems to be idle meets the next request on its way, and whoever sent it hears that it failed.
 * So for a while all are answered as before, everybody is told to come back over another connection, and readiness says no. Who was
 * being answered when the wish came is told as well, unless the head of the answer was out.
 */
export class Drain {
  private on = false;
  private readonly underWay = new Set<ServerResponse>();

  /** To be made before anybody connects. */
  constructor(server: Server) {
    // Before Fastify hears of it.
    server.prependListener('request', (_request, response) => {
      if (this.on) response.shouldKeepAlive = false;
      this.underWay.add(response);
      response.once('close', () => this.underWay.delete(response));
    });
  }

  get isOn(): boolean {
    return this.on;
  }

  /** @param ms milliseconds that it lasts */
  async run(ms: number): Promise<void> {
    this.on = true;
    for (const response of this.underWay) response.shouldKeepAlive = false;
    if (ms > 0) await lasting(ms);
  }
}

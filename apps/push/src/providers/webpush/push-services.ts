import { PushService, type PushServiceOptions } from './push-service.js';

/** Browsers have five push services, with some twenty names; whatever is beyond that is strangers'. */
const MOST_KEPT = 32;

/** The push services that one credential sends to. The one unused for longest is left for another, unless it is busy. */
export class PushServices {
  /** By origin, in the order of last use. */
  private readonly services = new Map<string, PushService>();
  private readonly ending = new Set<Promise<void>>();

  constructor(private readonly options: PushServiceOptions) {}

  at(endpoint: URL): PushService {
    const known = this.services.get(endpoint.origin);
    this.services.delete(endpoint.origin);
    if (!known) this.makeRoom();
    const service = known ?? new PushService(endpoint, this.options);
    this.services.set(endpoint.origin, service);
    return service;
  }

  /** Resolves when every connection is closed. */
  async close(): Promise<void> {
    for (const service of this.services.values()) this.end(service);
    this.services.clear();
    await Promise.all(this.ending);
  }

  private makeRoom(): void {
    for (const [origin, service] of this.services) {
      if (this.services.size < MOST_KEPT) return;
      if (!service.isIdle) continue;
      this.services.delete(origin);
      this.end(service);
    }
  }

  private end(service: PushService): void {
    const ended = service.close().finally(() => this.ending.delete(ended));
    this.ending.add(ended);
  }
}

import { newId } from '../wire/ids.js';
import type { Endpoint } from './endpoint.js';

/** Every place that webhooks go to. */
export class Endpoints {
  private readonly byId = new Map<string, Endpoint>();

  add(given: Pick<Endpoint, 'kinds' | 'merchantId' | 'url'>): Endpoint {
    const endpoint: Endpoint = { id: newId(10), status: 'enabled', ...given };
    this.byId.set(endpoint.id, endpoint);
    return endpoint;
  }

  find(id: string): Endpoint | undefined {
    return this.byId.get(id);
  }

  all(): Endpoint[] {
    return [...this.byId.values()];
  }

  of(merchantId: string): Endpoint[] {
    return this.all().filter((endpoint) => endpoint.merchantId === merchantId);
  }

  remove(endpoint: Endpoint): void {
    // Nothing of it that is still on its way may leave.
    endpoint.status = 'disabled';
    this.byId.delete(endpoint.id);
  }
}
